package io.storeway.examples.kvapi;

import io.storeway.layout.KeyTemplate;
import io.storeway.spi.KeyValueStore;
import java.nio.charset.StandardCharsets;

/** What the API takes; the figures are those that clients of such APIs are used to. */
final class Limits {

    static final int KEY_BYTES = 512;
    static final int VALUE_BYTES = 25 << 20;
    static final int METADATA_BYTES = 1_024;
    static final int BATCH = 100;
    static final int PAGE = 1_000;

    /** Room for a value of the greatest size in base64, and for what stands around it. */
    static final int BODY_BYTES = VALUE_BYTES / 3 * 4 + (64 << 10);

    private Limits() {}

    /** The key, if it may be one. */
    static String key(String key, KeyValueStore store) {
        int most = Math.min(KEY_BYTES, store.maxKeyBytes());
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (key.isEmpty() || bytes > most) {
            throw ApiException.badRequest(
                    "invalid_key", "A key has 1 to " + most + " bytes of UTF-8, and this has " + bytes);
        }
        if (key.startsWith(KeyTemplate.RESERVED_PREFIX)) {
            throw ApiException.badRequest(
                    "invalid_key", "Keys that begin with " + KeyTemplate.RESERVED_PREFIX + " are not for clients");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
            throw ApiException.badRequest("invalid_key", "The key has an unpaired surrogate");
        }
        return key;
    }
}
