package io.storeway.kv;

import io.storeway.Json;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.kv.internal.StrictJson;
import io.storeway.kv.internal.UnfitException;
import io.storeway.spi.KeyValueStore.Entry;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The line of an entry in a dump. */
final class NdjsonLine {

    private NdjsonLine() {}

    static byte[] of(Entry entry) {
        Map<String, Json> line = new LinkedHashMap<>();
        line.put("key", new Json.Str(entry.key()));
        boolean text = true;
        try {
            line.put(
                    "value",
                    new Json.Str(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(entry.value()))
                            .toString()));
        } catch (CharacterCodingException notText) {
            text = false;
            line.put("value", new Json.Str(Base64.getEncoder().encodeToString(entry.value())));
        }
        String metadata = entry.metadata();
        if (metadata != null) {
            line.put("metadata", metadata(metadata));
        }
        Instant expiresAt = entry.expiresAt();
        if (expiresAt != null) {
            line.put("expiration", new Json.Num(seconds(expiresAt)));
        }
        if (!text) {
            line.put("base64", new Json.Bool(true));
        }
        return StrictJson.write(new Json.Obj(line));
    }

    private static BigDecimal seconds(Instant expiresAt) {
        if (expiresAt.getNano() % 1_000_000 != 0) {
            throw refused("the expiry is finer than the milliseconds of a dump", null);
        }
        return expiresAt.getNano() == 0
                ? BigDecimal.valueOf(expiresAt.getEpochSecond())
                : BigDecimal.valueOf(expiresAt.toEpochMilli(), 3).stripTrailingZeros();
    }

    private static Json metadata(String text) {
        try {
            return StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (UnfitException e) {
            throw refused("the metadata of an entry: " + e.reason(), e);
        }
    }

    static InvalidValueException refused(String reason, @Nullable Throwable cause) {
        return new InvalidValueException(
                "entry", reason, new ErrorContext("write", NdjsonStore.NAME, null, null), cause);
    }
}
