package io.storeway.examples.kvapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Entries as JSON, in the form of the bulk files of key-value services: {@code key}, {@code value}, {@code base64} if the value
 * is not UTF-8 text, {@code metadata}, and {@code expiration} in seconds since the epoch.
 */
final class EntryJson {

    /** The members that a write may have. */
    static final Set<String> WRITTEN = Set.of("value", "base64", "metadata", "expiration", "expiration_ttl");

    /** The end of the year 9999, in seconds since the epoch. */
    private static final long LATEST = 253_402_300_799L;

    private EntryJson() {}

    /** An entry with its value. */
    static ObjectNode full(Entry entry) {
        ObjectNode json = Request.JSON.createObjectNode().put("key", entry.key());
        try {
            json.put(
                    "value",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(entry.value()))
                            .toString());
        } catch (CharacterCodingException e) {
            json.put("value", Base64.getEncoder().encodeToString(entry.value())).put("base64", true);
        }
        return withMetadataAndExpiry(json, entry);
    }

    /** An entry without its value. */
    static ObjectNode name(Entry entry) {
        return withMetadataAndExpiry(Request.JSON.createObjectNode().put("name", entry.key()), entry);
    }

    private static ObjectNode withMetadataAndExpiry(ObjectNode json, Entry entry) {
        String metadata = entry.metadata();
        if (metadata != null) {
            try {
                json.set("metadata", Request.JSON.readTree(metadata));
            } catch (JsonProcessingException e) {
                throw new ApiException(500, "invalid_metadata", "The metadata of the entry is not JSON");
            }
        }
        Instant expiresAt = entry.expiresAt();
        if (expiresAt != null) {
            json.put("expiration", expiresAt.getEpochSecond());
        }
        return json;
    }

    /** The write that an object with {@link #WRITTEN} asks for. */
    static Write write(String key, ObjectNode json, Instant now) {
        JsonNode metadata = json.get("metadata");
        String kept = metadata == null || metadata.isNull() ? null : metadata.toString();
        if (kept != null && kept.getBytes(StandardCharsets.UTF_8).length > Limits.METADATA_BYTES) {
            throw new ApiException(413, "too_large", "Metadata may have at most " + Limits.METADATA_BYTES + " bytes");
        }
        return new KeyValueStore.Write(key, value(json), kept, expiry(json, now));
    }

    private static byte[] value(ObjectNode json) {
        JsonNode value = json.get("value");
        JsonNode base64 = json.get("base64");
        if (value == null || !value.isTextual()) {
            throw ApiException.badRequest("invalid_value", "value is required and must be a string");
        }
        if (base64 != null && !base64.isBoolean()) {
            throw ApiException.badRequest("invalid_value", "base64 must be true or false");
        }
        byte[] bytes;
        if (base64 != null && base64.booleanValue()) {
            try {
                bytes = Base64.getDecoder().decode(value.textValue());
            } catch (IllegalArgumentException e) {
                throw ApiException.badRequest("invalid_value", "value is not base64");
            }
        } else if (StandardCharsets.UTF_8.newEncoder().canEncode(value.textValue())) {
            bytes = value.textValue().getBytes(StandardCharsets.UTF_8);
        } else {
            throw ApiException.badRequest("invalid_value", "value has an unpaired surrogate");
        }
        if (bytes.length > Limits.VALUE_BYTES) {
            throw new ApiException(413, "too_large", "A value may have at most " + Limits.VALUE_BYTES + " bytes");
        }
        return bytes;
    }

    private static @Nullable Instant expiry(ObjectNode json, Instant now) {
        JsonNode at = json.get("expiration");
        JsonNode after = json.get("expiration_ttl");
        if (at != null && after != null) {
            throw ApiException.badRequest("invalid_expiration", "Give expiration or expiration_ttl, not both");
        }
        if (at == null && after == null) {
            return null;
        }
        JsonNode given = at == null ? after : at;
        if (given == null || !given.isIntegralNumber() || !given.canConvertToLong()) {
            throw ApiException.badRequest("invalid_expiration", "An expiration must be a whole number of seconds");
        }
        long seconds = given.longValue();
        long present = now.getEpochSecond();
        if (at == null && (seconds < 1 || seconds > LATEST - present)) {
            throw ApiException.badRequest(
                    "invalid_expiration", "expiration_ttl must be at least 1 second and end before the year 10000");
        }
        if (at != null && (seconds <= present || seconds > LATEST)) {
            throw ApiException.badRequest(
                    "invalid_expiration", "expiration must be in the future, in seconds since the epoch");
        }
        return Instant.ofEpochSecond(at == null ? present + seconds : seconds);
    }
}
