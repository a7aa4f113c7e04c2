package io.storeway.kv.internal;

import io.storeway.FieldType;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.spi.KeyValueStore;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/** What the stores of this module take as a key: 1 to 2,048 bytes of UTF-8. */
public final class Keys {

    /** The longest key. */
    public static final int MAX_BYTES = 2_048;

    /** The order of keys, by their UTF-8 bytes. */
    public static final Comparator<String> ORDER = FieldType.TEXT::compare;

    private Keys() {}

    /** Why the text can't be a key, or an empty text if it can. */
    public static String fault(String key) {
        if (key.isEmpty()) {
            return "a key is not empty";
        }
        if (malformed(key)) {
            return "a key is well-formed text, and this has an unpaired surrogate";
        }
        if (key.length() * 3L > MAX_BYTES) {
            int bytes = key.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_BYTES) {
                return "a key has at most " + MAX_BYTES + " bytes of UTF-8, and this has " + bytes;
            }
        }
        return "";
    }

    /** Whether a text can't be written in UTF-8, because it has half of a surrogate pair. */
    public static boolean malformed(String text) {
        try {
            FieldType.TEXT.normalize(text);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /**
     * Refuses writes that no store can hold.
     *
     * @throws InvalidValueException if a text can't be a key, or metadata is not well-formed
     */
    public static void check(List<KeyValueStore.Write> writes, String store) {
        for (KeyValueStore.Write write : writes) {
            String fault = fault(write.key());
            if (!fault.isEmpty()) {
                throw refused("key", fault, store);
            }
            String metadata = write.metadata();
            if (metadata != null && malformed(metadata)) {
                throw refused("metadata", "it has an unpaired surrogate", store);
            }
        }
    }

    private static InvalidValueException refused(String where, String reason, String store) {
        return new InvalidValueException(where, reason, new ErrorContext("commit", store, null, null), null);
    }
}
