package io.storeway.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Blob;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.InvalidValueException;
import io.storeway.kv.NdjsonDump;
import io.storeway.testkit.engine.Engines;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strings that broke other software, as values and as keys: each comes back equal on every backend. */
class NastyDataTest {

    record Note(String id, String text) {}

    record Line(String page, int line, String text) {}

    private static final EntityType<Note> NOTES = EntityType.of(Note.class)
            .named("notes")
            .identifiedBy(Note::id)
            .keyValue("note:{id}", Blob.object())
            .sql(table -> table.index(Note::text))
            .build();

    private static final EntityType<Line> LINES = EntityType.of(Line.class)
            .named("lines")
            .partitionedBy(Line::page)
            .identifiedBy(Line::line)
            .keyValue("note:{page}:lines", Blob.arrayOfObjects())
            .sql(table -> {})
            .build();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"memory:", "mvstore:%s/nasty.mv", "jdbc:sqlite:%s/nasty.db", "jdbc:h2:file:%s/nasty", "postgres"
            })
    void everyStringComesBackEqualAndIsFoundByItsText(String uri) throws URISyntaxException {
        List<String> strings = strings("strings.kv.ndjson.gz", false);
        assertThat(strings).hasSize(4_463);
        List<Note> all = IntStream.range(0, strings.size())
                .mapToObj(i -> new Note("n" + i, strings.get(i)))
                .toList();
        try (Storage storage = open(uri)) {
            Repository<Note> repository = storage.repository(NOTES);
            List<Note> notes = new ArrayList<>(all);
            if (!storage.capabilities().has(Capability.NUL_CHARACTERS)) {
                notes.removeIf(note -> refused(repository, note));
                assertThat(notes).hasSizeBetween(all.size() - 20, all.size() - 1);
            }
            repository.insertAll(notes);

            assertThat(repository.findAll(
                            notes.stream().map(note -> Key.of(note.id())).toList()))
                    .containsExactlyElementsOf(notes);
            for (int i = 0; i < notes.size(); i += 100) {
                String text = notes.get(i).text();
                assertThat(repository
                                .where(NOTES.field(Note::text).eq(text))
                                .allowScan()
                                .list())
                        .contains(notes.get(i))
                        .allMatch(note -> note.text().equals(text));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"memory:", "mvstore:%s/nasty.mv", "jdbc:sqlite:%s/nasty.db", "jdbc:h2:file:%s/nasty", "postgres"
            })
    void everyKeyNamesOneRecordAndNoOther(String uri) throws URISyntaxException {
        List<String> keys = strings("keys-legal.kv.ndjson.gz", true);
        assertThat(keys).hasSize(1_476);
        keys.addAll(List.of("", ".", "..", "../..", "€".repeat(171), "a".repeat(1_024)));
        Map<String, String> texts = new LinkedHashMap<>();
        keys.forEach(key -> texts.put(key, "text " + texts.size()));
        List<Note> notes = texts.entrySet().stream()
                .map(entry -> new Note(entry.getKey(), entry.getValue()))
                .toList();
        List<Line> lines =
                notes.stream().map(note -> new Line(note.id(), 1, note.text())).toList();
        try (Storage storage = open(uri)) {
            Repository<Note> repository = storage.repository(NOTES);
            repository.insertAll(notes);
            storage.repository(LINES).insertAll(lines);

            for (Note note : notes) {
                assertThat(repository.find(note.id())).contains(note);
                assertThat(storage.repository(LINES).partition(note.id()).list())
                        .containsExactly(new Line(note.id(), 1, note.text()));
            }
            assertThat(repository.all().allowScan().list().stream()
                            .map(Note::id)
                            .toList())
                    .isSortedAccordingTo((left, right) -> Arrays.compareUnsigned(
                            left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8)))
                    .containsExactlyInAnyOrderElementsOf(texts.keySet());
        }
    }

    /** Text with U+0000, where the backend declines it: refused, and nothing is there. */
    private static boolean refused(Repository<Note> repository, Note note) {
        if (note.text().indexOf('\0') < 0) {
            return false;
        }
        assertThatThrownBy(() -> repository.insert(note)).isInstanceOf(InvalidValueException.class);
        return !repository.exists(note.id());
    }

    private Storage open(String uri) {
        return Storages.open(
                uri.equals("postgres") ? Engines.postgres().newDatabase() : uri.formatted(folder),
                Catalog.of(NOTES, LINES));
    }

    private static List<String> strings(String file, boolean keys) throws URISyntaxException {
        var resource = Objects.requireNonNull(NastyDataTest.class.getResource("nasty/" + file));
        List<String> strings = new ArrayList<>();
        try (NdjsonDump dump = NdjsonDump.open(Path.of(resource.toURI()))) {
            dump.forEachRemaining(line -> strings.add(
                    keys
                            ? line.write().key()
                            : new String(Objects.requireNonNull(line.write().value()), StandardCharsets.UTF_8)));
        }
        return strings;
    }
}
