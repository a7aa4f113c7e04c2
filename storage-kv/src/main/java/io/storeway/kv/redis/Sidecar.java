package io.storeway.kv.redis;

import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a key beside its value: {@code counter digest expiry metadata}, of which a deleted key has only the
 * counter.
 *
 * <p>A version is the counter and, in its lowest bits, a part of the value's digest. Who writes past this store leaves a
 * value that doesn't fit the digest: then the counter counts as one higher, and the digest is the new value's.
 */
record Sidecar(
        long counter,
        String digest,
        @Nullable Instant expiresAt,
        @Nullable String metadata) {

    private static final int DIGEST_BITS = 24;
    private static final int DIGEST_DIGITS = DIGEST_BITS / 4;
    private static final String NONE = "-";
    private static final Pattern TEXT =
            Pattern.compile("(\\d{1,15}) (\\S+)(?: (-?\\d{1,18}|-)(?: (.*))?)?", Pattern.DOTALL);

    /** Reads a sidecar; null if there is none, or it is none of ours. */
    static @Nullable Sidecar read(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        Matcher text = TEXT.matcher(new String(bytes, StandardCharsets.UTF_8));
        if (!text.matches()) {
            return null;
        }
        String expiry = text.group(3);
        return new Sidecar(
                Long.parseLong(text.group(1)),
                text.group(2),
                expiry == null || expiry.equals(NONE) ? null : Instant.ofEpochMilli(Long.parseLong(expiry)),
                text.group(4));
    }

    /** What the script puts behind counter and digest. */
    static String tail(Write write) {
        Instant expiresAt = write.expiresAt();
        return (expiresAt == null ? NONE : Long.toString(expiresAt.toEpochMilli()))
                + (write.metadata() == null ? "" : " " + write.metadata());
    }

    /** The entry, or null if the value was written by somebody else. */
    static @Nullable Entry entry(String key, byte[] value, @Nullable Sidecar sidecar) {
        if (sidecar == null) {
            return null;
        }
        String digest = Digest.of(value);
        return digest.equals(sidecar.digest)
                ? new Entry(key, value, sidecar.metadata, sidecar.expiresAt, version(sidecar.counter, digest))
                : null;
    }

    /** The entry that somebody else wrote. */
    static Entry foreign(String key, byte[] value, @Nullable Sidecar sidecar, @Nullable Instant expiresAt) {
        long counter = (sidecar == null ? 0 : sidecar.counter) + 1;
        return new Entry(key, value, null, expiresAt, version(counter, Digest.of(value)));
    }

    private static long version(long counter, String digest) {
        return counter << DIGEST_BITS | Integer.parseInt(digest, 0, DIGEST_DIGITS, 16);
    }

    static long counter(long version) {
        return version >>> DIGEST_BITS;
    }

    /** A version as the script compares it. */
    static String expected(long version) {
        if (version == 0) {
            return "0";
        }
        String digest = Long.toHexString(version & (1L << DIGEST_BITS) - 1);
        return counter(version) + " " + "0".repeat(DIGEST_DIGITS - digest.length()) + digest;
    }
}
