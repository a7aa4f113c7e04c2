package io.storeway.examples.directory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Gives each key a file name of its own on every file system, also to keys that differ by case alone and to special names such
 * as {@code ..}, {@code con} and {@code a/b}.
 */
final class FileNames {

    private static final int LONGEST = 200;
    /** How much of a longer name is kept before the hash. */
    private static final int READABLE = 100;

    private FileNames() {}

    static String of(String key) {
        StringBuilder name = new StringBuilder("k-");
        for (byte each : key.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9') || each == '-';
            name.append(
                    plain ? String.valueOf((char) each) : "%" + HexFormat.of().toHexDigits(each));
        }
        return name.length() <= LONGEST ? name.toString() : name.substring(0, READABLE) + "~" + hash(key);
    }

    private static String hash(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
