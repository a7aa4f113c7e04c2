package io.storeway.kv;

import io.storeway.Json;
import io.storeway.kv.internal.StrictJson;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.junit.KeyValueStoreConformanceTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;

/** A read-only store: its entries are in the dump before it is opened. */
class NdjsonKeyValueTest extends KeyValueStoreConformanceTest {

    @TempDir
    Path folder;

    private int dumps;

    @Override
    protected KeyValueFixture fixture() {
        return new KeyValueFixture() {
            @Override
            public KeyValueStore open() {
                return open(List.of());
            }

            @Override
            public KeyValueStore open(List<Write> content) {
                Path dump = folder.resolve(dumps++ + ".ndjson");
                try {
                    Files.writeString(
                            dump, content.stream().map(NdjsonKeyValueTest::line).collect(Collectors.joining()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return NdjsonStore.open(dump);
            }
        };
    }

    private static String line(Write write) {
        byte[] value = write.value();
        String metadata = write.metadata();
        Instant expiresAt = write.expiresAt();
        String key = new String(StrictJson.write(new Json.Str(write.key())), StandardCharsets.UTF_8);
        return "{\"key\":" + key
                + ",\"value\":\"" + Base64.getEncoder().encodeToString(value == null ? new byte[0] : value) + "\""
                + ",\"base64\":true"
                + (metadata == null ? "" : ",\"metadata\":" + escaped(metadata))
                + (expiresAt == null ? "" : ",\"expiration\":" + seconds(expiresAt))
                + "}\n";
    }

    /** UTF-8 has no half of a character; JSON has an escape for it. */
    private static String escaped(String json) {
        return json.codePoints()
                .mapToObj(c -> Character.MIN_SURROGATE <= c && c <= Character.MAX_SURROGATE
                        ? "\\u%04x".formatted(c)
                        : Character.toString(c))
                .collect(Collectors.joining());
    }

    private static String seconds(Instant instant) {
        return BigDecimal.valueOf(instant.getEpochSecond())
                .add(BigDecimal.valueOf(instant.getNano(), 9))
                .toPlainString();
    }
}
