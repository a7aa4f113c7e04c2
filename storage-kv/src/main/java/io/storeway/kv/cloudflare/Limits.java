package io.storeway.kv.cloudflare;

import io.storeway.Json;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.kv.internal.Keys;
import io.storeway.kv.internal.StrictJson;
import io.storeway.kv.internal.UnfitException;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The limits of the service. What exceeds them is refused before anything is sent. */
final class Limits {

    static final int KEY_BYTES = 512;
    static final int METADATA_BYTES = 1_024;
    static final int VALUE_BYTES = 25 << 20;
    static final Duration EXPIRY_AHEAD = Duration.ofSeconds(60);
    static final int KEYS_PER_READ = 100;
    static final int KEYS_PER_WRITE = 10_000;
    /** A third of the size that a request may have, since base64 and escapes make values larger. */
    static final int BYTES_PER_WRITE = 32 << 20;

    static final int FEWEST_KEYS_PER_PAGE = 10;
    static final int KEYS_PER_PAGE = 1_000;

    private static final long LAST_SECOND = 253_402_300_799L; // The end of the year 9999.

    private final Clock clock;
    private final ErrorContext context;

    Limits(Clock clock, ErrorContext context) {
        this.clock = clock;
        this.context = context;
    }

    /** Why the text can't be a key, or an empty text if it can. */
    static String fault(String key) {
        String fault = Keys.fault(key);
        if (!fault.isEmpty()) {
            return fault;
        }
        if (key.equals(".") || key.equals("..")) {
            return "the service takes no key of one or two dots";
        }
        int bytes = key.length() * 3 > KEY_BYTES ? key.getBytes(StandardCharsets.UTF_8).length : 0;
        return bytes > KEY_BYTES ? "a key has at most " + KEY_BYTES + " bytes of UTF-8, and this has " + bytes : "";
    }

    /**
     * Refuses a write that the service wouldn't take, or would return changed.
     *
     * @throws InvalidValueException if this is one
     */
    void check(Write write) {
        String fault = fault(write.key());
        if (!fault.isEmpty()) {
            throw refused("key", fault, null);
        }
        byte[] value = write.value();
        if (value == null) {
            return;
        }
        if (value.length > VALUE_BYTES) {
            throw refused("value", "it has " + value.length + " bytes, and the service takes " + VALUE_BYTES, null);
        }
        if (value.length > 2 && value[0] == (byte) 0xef && value[1] == (byte) 0xbb && value[2] == (byte) 0xbf) {
            throw refused(
                    "value", "it begins with a byte order mark, which gets lost when it is read with others", null);
        }
        if (write.metadata() != null) {
            checkMetadata(write.metadata());
        }
        if (write.expiresAt() != null) {
            checkExpiry(write.expiresAt());
        }
    }

    private void checkMetadata(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > METADATA_BYTES) {
            throw refused(
                    "metadata", "it has " + bytes.length + " bytes, and the service takes " + METADATA_BYTES, null);
        }
        Json json;
        try {
            json = StrictJson.read(StrictJson.wellFormed(text).getBytes(StandardCharsets.UTF_8));
        } catch (UnfitException e) {
            throw refused("metadata", e.reason(), e);
        }
        if (json.equals(Json.NULL)) {
            throw refused("metadata", "the service takes null for no metadata", null);
        }
        String altered = LossyJson.alteration(json);
        if (!altered.isEmpty()) {
            throw refused("metadata", altered, null);
        }
        if (!text.equals(new String(StrictJson.write(json), StandardCharsets.UTF_8))) {
            throw refused(
                    "metadata", "the service keeps the JSON value and not its text; write it without blanks", null);
        }
    }

    private void checkExpiry(Instant expiresAt) {
        if (expiresAt.getNano() != 0) {
            throw refused("expiry", "the service keeps whole seconds", null);
        }
        if (expiresAt.getEpochSecond() > LAST_SECOND) {
            throw refused("expiry", "it lies behind the year 9999", null);
        }
        if (expiresAt.isBefore(clock.instant().plus(EXPIRY_AHEAD))) {
            throw refused("expiry", "the service takes one that is at least 60 seconds ahead", null);
        }
    }

    private InvalidValueException refused(String where, String reason, @Nullable Throwable cause) {
        return new InvalidValueException(where, reason, context, cause);
    }
}
