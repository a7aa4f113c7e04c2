package io.storeway.kv;

import static io.storeway.kv.Samples.storage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Json;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.error.InvalidValueException;
import io.storeway.kv.internal.StrictJson;
import io.storeway.kv.internal.UnfitException;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.data.NastyData;
import java.io.ByteArrayOutputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NastyInputTest {

    private final MemoryStore store = new MemoryStore();
    private final Repository<Row> documents = storage(store).repository(Samples.DOCUMENTS);

    /** The suite leaves repeated names open to the reader; here they are refused. */
    private static boolean acceptable(NdjsonDump.Line line) {
        return expectation(line).contains("accept") && !line.write().key().contains("duplicated_key");
    }

    private static String expectation(NdjsonDump.Line line) {
        return Objects.requireNonNull(line.write().metadata());
    }

    private static List<NdjsonDump.Line> bodies() throws URISyntaxException {
        var resource = Objects.requireNonNull(NastyInputTest.class.getResource("/nasty/json-bodies.kv.ndjson.gz"));
        List<NdjsonDump.Line> lines = new ArrayList<>();
        try (NdjsonDump dump = NdjsonDump.open(Path.of(resource.toURI()))) {
            dump.forEachRemaining(lines::add);
        }
        return lines;
    }

    private static byte[] body(NdjsonDump.Line line) {
        return Objects.requireNonNull(line.write().value());
    }

    @Test
    void everyBodyIsAcceptedOrRefusedAsTheStandardSays() throws Exception {
        int accepted = 0;
        int refused = 0;
        for (NdjsonDump.Line line : bodies()) {
            if (acceptable(line)) {
                Json json = StrictJson.read(body(line));
                assertThat(StrictJson.read(StrictJson.write(json)))
                        .as(line.write().key())
                        .isEqualTo(json);
                accepted++;
            } else if (expectation(line).contains("reject")) {
                assertThatThrownBy(() -> StrictJson.read(body(line)))
                        .as(line.write().key())
                        .isInstanceOf(UnfitException.class);
                refused++;
            }
        }
        assertThat(accepted).isEqualTo(93);
        assertThat(refused).isEqualTo(188);
    }

    @Test
    void whatIsNoJsonIsRefused() {
        NastyData.brokenJson()
                .forEach((what, bytes) -> assertThatThrownBy(() -> StrictJson.read(bytes))
                        .as(what)
                        .isInstanceOf(UnfitException.class));
    }

    @Test
    void bodyWithinABlobComesBackEqualOrIsRefusedAndNothingElseHappens() throws Exception {
        int read = 0;
        for (NdjsonDump.Line line : bodies()) {
            ByteArrayOutputStream blob = new ByteArrayOutputStream();
            blob.writeBytes(Samples.bytes("{\"body\":"));
            blob.writeBytes(body(line));
            blob.write('}');
            store.commit(List.of(), List.of(Write.put("doc:x", blob.toByteArray())));
            try {
                Row row = documents.find("x").orElseThrow();
                assertThat(expectation(line)).doesNotContain("reject");
                documents.delete("x");
                documents.insert(row);
                assertThat(documents.find("x")).contains(row);
                read++;
            } catch (InvalidValueException e) {
                assertThat(acceptable(line))
                        .as(line.write().key() + e.getMessage())
                        .isFalse();
                store.commit(List.of(), List.of(Write.delete("doc:x")));
            }
        }
        assertThat(read).isGreaterThan(93);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\u0000",
                "'; DROP TABLE books; --",
                "{\"a\":1}",
                "\"\\",
                "\u202etxet",
                "e\u0301 \u00e9",
                "\ud83d\ude00\ud83c\uddfa\ud83c\uddf3",
                "\uffff\ufffe",
                "a:b%3A:c",
                "__storeway:version:x",
            })
    void textComesBackEqualAsValueAndAsKey(String text) {
        Row row = Row.of(Samples.DOCUMENTS, text, new Json.Obj(Map.of(text, new Json.Str(text))));
        documents.insert(row);
        assertThat(documents.find(text)).contains(row);
        Repository<Samples.Shelf> library = storage(store).repository(Samples.LIBRARY);
        Samples.Shelf shelf = new Samples.Shelf(text, text, Samples.Status.completed, null);
        library.insert(shelf);
        assertThat(library.all().allowScan().list()).containsExactly(shelf);
    }
}
