package io.storeway.kv;

import io.storeway.FieldType;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.spi.KeyValueStore;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/** What the stores of this module take as a key: 1 to 2,048 bytes of UTF-8. */
final class Keys {

    static final int MAX_BYTES = 2_048;

    /** By UTF-8 bytes. */
    static final Comparator<String> ORDER = FieldType.TEXT::compare;

    private Keys() {}

    /** Why the text can't be a key, or an empty text if it can. */
    static String fault(String key) {
        if (key.isEmpty()) {
            return "a key is not empty";
        }
        try {
            FieldType.TEXT.normalize(key);
        } catch (IllegalArgumentException e) {
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

    static void check(List<KeyValueStore.Write> writes, String store) {
        for (KeyValueStore.Write write : writes) {
            String fault = fault(write.key());
            if (!fault.isEmpty()) {
                throw new InvalidValueException("key", fault, new ErrorContext("commit", store, null, null), null);
            }
        }
    }
}
