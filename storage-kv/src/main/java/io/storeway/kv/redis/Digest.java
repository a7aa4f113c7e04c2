package io.storeway.kv.redis;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digest by which values are told apart; the scripts compute the same. */
final class Digest {

    private static final int SIDECAR_BYTES = 8;

    private Digest() {}

    /** The digest of a value, as its sidecar holds it. */
    static String of(byte[] value) {
        return HexFormat.of().formatHex(sha1(value), 0, SIDECAR_BYTES);
    }

    static byte[] sha1(byte[] value) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-1", e);
        }
    }
}
