package io.storeway.kv.redis;

import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is kept beside the value of a key: {@code counter digest expiry metadata}. For a deleted key it is the counter alone.
 *
 * <p>A version consists of the counter and, in its lowest bits, a part of the value's digest. If somebody else has written the value, it
 * doesn't fit the digest; the version then has the next higher counter and the digest of the new value.
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

    /** Reads a sidecar; null if there is none, or it isn't in this format. */
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

    /** The part that the script appends to counter and digest. */
    static String tail(Write write) {
        Instant expiresAt = write.expiresAt();
        return (expiresAt == null ? NONE : Long.toString(expiresAt.toEpochMilli()))
                + (write.metadata() == null ? "" : " " + write.metadata());
    }

    /** The entry; null if somebody else has written the value. */
    static @Nullable Entry entry(String key, byte[] value, @Nullable Sidecar sidecar) {
        if (sidecar == null) {
            return null;
        }
        String digest = Digest.of(value);
        return digest.equals(sidecar.digest)
                ? new Entry(key, value, sidecar.metadata, sidecar.expiresAt, version(sidecar.counter, digest))
                : null;
    }

    /** The entry of a value that somebody else has written. */
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
