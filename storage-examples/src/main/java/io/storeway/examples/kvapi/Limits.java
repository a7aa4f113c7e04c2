package io.storeway.examples.kvapi;

import io.storeway.layout.KeyTemplate;
import io.storeway.spi.KeyValueStore;
import java.nio.charset.StandardCharsets;

/** The limits of the API. They are those of hosted key-value services, so clients are used to them. */
final class Limits {

    static final int KEY_BYTES = 512;
    static final int VALUE_BYTES = 25 << 20;
    static final int METADATA_BYTES = 1_024;
    static final int BATCH = 100;
    static final int PAGE = 1_000;

    /** Room for the largest value in base64, and for the JSON around it. */
    static final int BODY_BYTES = VALUE_BYTES / 3 * 4 + (64 << 10);

    private Limits() {}

    /** Checks a key and returns it. */
    static String key(String key, KeyValueStore store) {
        int most = Math.min(KEY_BYTES, store.maxKeyBytes());
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (key.isEmpty() || bytes > most) {
            throw ApiException.badRequest(
                    "invalid_key", "A key must have 1 to " + most + " bytes of UTF-8; this one has " + bytes);
        }
        if (key.startsWith(KeyTemplate.RESERVED_PREFIX)) {
            throw ApiException.badRequest(
                    "invalid_key", "Keys that begin with " + KeyTemplate.RESERVED_PREFIX + " are reserved");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
            throw ApiException.badRequest("invalid_key", "The key has an unpaired surrogate");
        }
        return key;
    }
}
