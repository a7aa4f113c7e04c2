package io.storeway.sql.internal.keyvalue;

import io.storeway.FieldType;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.sql.internal.dialect.Packet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What a {@code SqlKeyValueStore} refuses to store. */
public final class KvLimits {

    public static final int KEY_BYTES = 2_048;

    /** The most bytes that the text of a statement and a key take, including escapes. */
    private static final int ROOM_FOR_KEY = 10_000;

    private KvLimits() {}

    /**
     * Refuses a write that would not be read as it was written.
     *
     * @throws InvalidValueException if the key, the expiry or the metadata are such
     */
    public static void check(Write write, ErrorContext context) {
        String fault = fault(write.key());
        if (!fault.isEmpty()) {
            throw new InvalidValueException("key", fault, context, null);
        }
        Instant expiresAt = write.expiresAt();
        if (expiresAt != null && !inMillis(expiresAt)) {
            throw new InvalidValueException(
                    "expiry", "the store keeps an expiry in milliseconds, in 64 bits", context, null);
        }
        String metadata = write.metadata();
        if (metadata != null && malformed(metadata)) {
            throw new InvalidValueException("metadata", "it has an unpaired surrogate", context, null);
        }
    }

    /**
     * Refuses a write that is larger than a statement may be.
     *
     * @param most how many bytes a statement has at most
     * @throws InvalidValueException if it is larger
     */
    public static void room(Write write, long most, ErrorContext context) {
        long size =
                most == Long.MAX_VALUE ? 0 : ROOM_FOR_KEY + Packet.size(write.value()) + Packet.size(write.metadata());
        if (size > most) {
            throw new InvalidValueException(
                    "value",
                    "the entry takes a statement of " + size + " bytes, and the server takes " + most
                            + "; make it smaller, or max_allowed_packet larger",
                    context,
                    null);
        }
    }

    private static boolean inMillis(Instant expiresAt) {
        try {
            return Instant.ofEpochMilli(expiresAt.toEpochMilli()).equals(expiresAt);
        } catch (ArithmeticException e) {
            return false;
        }
    }

    /** Why no entry can have the key; empty if one can. */
    public static String fault(String key) {
        if (key.isEmpty()) {
            return "a key is not empty";
        }
        if (malformed(key)) {
            return "a key is well-formed text, and this has an unpaired surrogate";
        }
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        return bytes <= KEY_BYTES ? "" : "a key has at most " + KEY_BYTES + " bytes of UTF-8, and this has " + bytes;
    }

    /** Whether a text has an unpaired surrogate. */
    public static boolean malformed(String text) {
        try {
            FieldType.TEXT.normalize(text);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
