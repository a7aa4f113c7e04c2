package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.internal.Keys;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NdjsonTest {

    @TempDir
    Path directory = Path.of("");

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("dump.ndjson"), text);
    }

    private static void readAll(Path file) {
        try (NdjsonDump dump = NdjsonDump.open(file)) {
            dump.forEachRemaining(line -> assertThat(line.number()).isPositive());
        }
    }

    private static byte[] gzip(byte[] text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text);
        }
        return bytes.toByteArray();
    }

    @Test
    void aDumpThatWasCutOffBetweenTwoLinesIsRefusedIfItsChecksumLiesBesideIt() throws IOException {
        String whole = "{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"b\",\"value\":\"2\"}\n";
        Path file = file(whole);
        String sha256 = NdjsonStore.open(file).identity();
        Files.writeString(directory.resolve("dump.ndjson.sha256"), sha256.toUpperCase(Locale.ROOT) + "  dump.ndjson\n");
        assertThat(NdjsonStore.open(file).get("b")).isNotNull();
        file(whole.substring(0, whole.indexOf('\n') + 1));
        assertThatThrownBy(() -> NdjsonStore.open(file))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContainingAll("dump.ndjson.sha256", "cut off");
    }

    @Test
    void closingAWriterAgainLeavesTheFileOfTheNextOneAlone() {
        Path file = directory.resolve("backup.ndjson");
        NdjsonWriter first = NdjsonWriter.create(file);
        first.close();
        try (NdjsonWriter second = NdjsonWriter.create(file)) {
            first.close();
            second.finish();
        }
        assertThat(file).exists();
    }

    @Test
    void lineIsReadWithAllItsParts() throws IOException {
        Path file = file("""
            {"key":"a","value":"{\\"t\\":\\"\u00e9\\"}","metadata":{"n": 1.50},"expiration":1763769600}
            {"key":"b","value":"AP8=","base64":true}
            """);
        try (NdjsonDump dump = NdjsonDump.open(file)) {
            NdjsonDump.Line first = dump.next();
            assertThat(first.number()).isEqualTo(1);
            assertThat(first.write())
                    .usingRecursiveComparison()
                    .isEqualTo(new Write(
                            "a",
                            Samples.bytes("{\"t\":\"\u00e9\"}"),
                            "{\"n\": 1.50}",
                            Instant.ofEpochSecond(1763769600)));
            assertThat(dump.next().write().value()).containsExactly(0, -1);
            assertThat(dump.hasNext()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"key\":\"a\"}~member value is missing",
                "{\"value\":\"a\"}~member key is missing",
                "{\"key\":\"\",\"value\":\"a\"}~a key is not empty",
                "{\"key\":1,\"value\":\"a\"}~key is not a string",
                "{\"key\":\"a\",\"value\":{}}~value is not a string",
                "{\"key\":\"a\",\"value\":\"\",\"ttl\":1}~a member besides",
                "{\"key\":\"a\",\"value\":\"\",\"expiration\":\"1\"}~expiration is not a number",
                "{\"key\":\"a\",\"value\":\"\",\"expiration\":1.0005}~expiration is not a number",
                "{\"key\":\"a\",\"value\":\"\",\"expiration\":99999999999999999999}~expiration is not a number",
                "{\"key\":\"a\",\"value\":\"*\",\"base64\":true}~not base64",
                "{\"key\":\"a\",\"value\":\"\",\"base64\":1}~base64 is not true or false",
                "{\"key\":\"a\",\"value\":\"\\ud800\"}~unpaired surrogate",
                "{\"key\":\"a\",\"key\":\"a\",\"value\":\"\"}~stands twice",
                "{\"key\":\"a\",\"value\":\"\"} x~not JSON",
                "[]~not a JSON object",
                "hello~not JSON",
                "``~the line is empty",
            })
    void badLineIsNamedWithItsNumber(String line, String reason) throws IOException {
        Path file = file("{\"key\":\"A\",\"value\":\"\"}\n" + line + "\n{\"key\":\"z\",\"value\":\"\"}\n");
        assertThatThrownBy(() -> readAll(file))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(file + " line 2: ")
                .hasMessageContaining(reason);
    }

    @Test
    void keyThatIsTooLongIsRefused() throws IOException {
        Path file = file("{\"key\":\"" + "k".repeat(Keys.MAX_BYTES + 1) + "\",\"value\":\"\"}\n");
        assertThatThrownBy(() -> readAll(file)).hasMessageContaining("at most 2048 bytes");
    }

    @Test
    void lastLineThatIsCutOffIsRefusedAsSuch() throws IOException {
        Path file = file("{\"key\":\"a\",\"value\":\"\"}\n{\"key\":\"b\",\"val");
        assertThatThrownBy(() -> readAll(file))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("as if cut off");
    }

    @Test
    void gzipThatIsCutOffIsRefused() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            text.append("{\"key\":\"k")
                    .append(10_000 + i)
                    .append("\",\"value\":\"v")
                    .append(i * 31)
                    .append("\"}\n");
        }
        byte[] whole = gzip(Samples.bytes(text.toString()));
        Path file = directory.resolve("cut.ndjson.gz");
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> readAll(file))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("cut.ndjson.gz line ")
                .hasMessageContaining("gzip file ends too early");
    }

    @Test
    void aCompressedFileOfPartsIsReadWholeOrRefused() throws IOException {
        byte[] first = gzip(Samples.bytes("{\"key\":\"a\",\"value\":\"\"}\n"));
        byte[] second = gzip(Samples.bytes("{\"key\":\"b\",\"value\":\"\"}\n"));
        Path file = directory.resolve("parts.ndjson.gz");
        Files.write(file, joined(first, second));
        assertThat(NdjsonStore.open(file).list("", null, 10).entries()).hasSize(2);
        byte[] damaged = second.clone();
        damaged[1] ^= 1;
        for (byte[] end : List.of(damaged, Arrays.copyOf(second, 7), Samples.bytes("x"))) {
            Files.write(file, joined(first, end));
            assertThatThrownBy(() -> readAll(file))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("parts.ndjson.gz line 2: ")
                    .hasMessageContaining("gzip file is damaged");
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private Path keys(String... keys) throws IOException {
        return file(Stream.of(keys)
                .map(key -> "{\"key\":\"" + key + "\",\"value\":\"\"}\n")
                .collect(Collectors.joining()));
    }

    @ParameterizedTest
    @CsvSource({"abb, 3, 2", "acbda, 5, 1", "bab, 3, 1", "abcba, 4, 2"})
    void repeatedKeyIsNamedWithBothLines(String order, int second, int first) throws IOException {
        Path file = keys(order.split(""));
        assertThatThrownBy(() -> readAll(file))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("line " + second + ":")
                .hasMessageContaining("in line " + first + " too");
    }

    @Test
    void missingFileIsUnavailable() {
        assertThatThrownBy(() -> NdjsonDump.open(directory.resolve("none")))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void storeListsInKeyOrderWhateverTheFileAndRefusesWrites() throws IOException {
        Path file = keys("b", "a");
        try (NdjsonStore store = NdjsonStore.open(file)) {
            assertThat(store.list("", null, 10).entries())
                    .extracting(Entry::key)
                    .containsExactly("a", "b");
            assertThatThrownBy(() -> Samples.put(store, "c", "3")).isInstanceOf(UnsupportedCapabilityException.class);
            assertThatThrownBy(() -> store.purge(Samples.NOW)).isInstanceOf(UnsupportedCapabilityException.class);
        }
    }

    @Test
    void writtenDumpReadsBackEqual() {
        MemoryStore store = new MemoryStore();
        store.commit(
                List.of(),
                List.of(
                        new Write("a", Samples.bytes("text \ud83d\ude00 \u0000"), "{\"n\":1}", Samples.NOW),
                        Write.put("b", new byte[] {(byte) 0xff, 0})));
        for (String name : List.of("out.ndjson", "out.ndjson.gz")) {
            Path file = directory.resolve(name);
            String hash;
            try (NdjsonWriter writer = NdjsonWriter.create(file)) {
                store.list("", null, 10).entries().forEach(writer::write);
                hash = writer.finish();
            }
            assertThat(hash).hasSize(64);
            try (KeyValueStore copy = NdjsonStore.open(file)) {
                assertThat(copy.list("", null, 10))
                        .usingRecursiveComparison()
                        .ignoringFieldsMatchingRegexes(".*version")
                        .isEqualTo(store.list("", null, 10));
            }
        }
    }

    @Test
    void dumpThatIsNotFinishedLeavesTheFileAsItWas() throws IOException {
        Path file = file("before");
        try (NdjsonWriter writer = NdjsonWriter.create(file)) {
            writer.write(new Entry("a", new byte[0], null, null, 1));
        }
        assertThat(Files.readString(file)).isEqualTo("before");
        try (var files = Files.list(Objects.requireNonNull(file.getParent()))) {
            assertThat(files).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[%s,%s]", " [\n  %s ,\n  %s\n] \n"})
    void anArrayOfEntriesIsADumpToo(String form) throws IOException {
        Path file = file(form.formatted(
                "{\"key\":\"a\",\"value\":\"x],[\\\"}\",\"metadata\":[{}]}", "{\"key\":\"b\",\"value\":\"\"}"));
        try (NdjsonDump dump = NdjsonDump.open(file)) {
            NdjsonDump.Line first = dump.next();
            assertThat(first.write().value()).isEqualTo(Samples.bytes("x],[\"}"));
            assertThat(first.write().metadata()).isEqualTo("[{}]");
            assertThat(dump.next().number()).isEqualTo(2);
            assertThat(dump.hasNext()).isFalse();
        }
    }

    @Test
    void anEmptyArrayIsAnEmptyDump() throws IOException {
        try (NdjsonDump dump = NdjsonDump.open(file("[ ]\n"))) {
            assertThat(dump.hasNext()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "~entry 1: the file ends before the array does",
                ",~entry 2: the file ends before the array does",
                ",]~entry 2: no entry follows",
                ",,]~entry 2: the line is empty",
                "{}]~entry 1: something follows",
                "]]~entry 2: something follows",
                ",1]~entry 2: the line is not a JSON object",
                ",{]~entry 2: the file ends before the array does",
                ",{\"key\":\"a\",\"value\":\"\"}]~entry 2: its key stands in entry 1 too",
            })
    void badArrayIsNamedWithItsEntry(@Nullable String rest, String reason) throws IOException {
        Path file = file("[{\"key\":\"a\",\"value\":\"\"}" + (rest == null ? "" : rest));
        assertThatThrownBy(() -> readAll(file))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(file + " " + reason);
    }

    @Test
    void anArrayLongerThanABufferIsReadAsItWasWritten() {
        MemoryStore store = new MemoryStore();
        for (int i = 0; i < 300; i++) {
            Samples.put(store, "k" + i, "\"\\[{".repeat(i * 3));
        }
        for (String name : List.of("out.json", "out.json.gz", "out.ndjson")) {
            Path file = directory.resolve(name);
            try (NdjsonWriter writer = NdjsonWriter.create(file)) {
                store.list("", null, 1_000).entries().forEach(writer::write);
                writer.finish();
            }
            try (KeyValueStore copy = NdjsonStore.open(file)) {
                assertThat(texts(copy)).hasSize(300).isEqualTo(texts(store));
            }
        }
    }

    private static List<String> texts(KeyValueStore store) {
        return store.list("", null, 1_000).entries().stream()
                .map(entry -> entry.key() + " = " + new String(entry.value(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void anExpiryIsKeptToTheMillisecondInLinesAndRefusedInAnArray() {
        Entry entry = new Entry("a", new byte[0], null, Samples.NOW.plusMillis(120), 1);
        Path lines = directory.resolve("a.ndjson");
        try (NdjsonWriter writer = NdjsonWriter.create(lines)) {
            writer.write(entry);
            writer.finish();
        }
        try (NdjsonDump dump = NdjsonDump.open(lines)) {
            assertThat(dump.next().write().expiresAt()).isEqualTo(Samples.NOW.plusMillis(120));
        }
        try (NdjsonWriter writer = NdjsonWriter.create(directory.resolve("a.json"))) {
            assertThatThrownBy(() -> writer.write(entry))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("finer than the seconds");
        }
        assertThat(directory.resolve("a.json")).doesNotExist();
    }
}
