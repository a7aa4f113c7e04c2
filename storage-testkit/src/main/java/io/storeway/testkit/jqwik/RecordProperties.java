package io.storeway.testkit.jqwik;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Page;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.layout.KeyTemplate;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.StorageFixture;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import org.jspecify.annotations.Nullable;

/**
 * Property tests of an entity type of your own on any storage: extend this class, and give the type and a generator of its
 * records. The records must keep the type's rules, and none may expire before 2026.
 *
 * @param <T> the record
 */
@Tag("records")
public abstract class RecordProperties<T> {

    private @Nullable Storage storage;

    /** For subclasses. */
    protected RecordProperties() {}

    /** The entity type. */
    protected abstract EntityType<T> type();

    /** Generates records of the type. */
    protected abstract Arbitrary<T> arbitrary();

    /** Opens storages. */
    protected abstract StorageFixture fixture();

    /** The types that the storages are opened with; by default the one type. */
    protected Catalog catalog() {
        return Catalog.of(type());
    }

    /** The generator, for jqwik. */
    @Provide
    final Arbitrary<T> records() {
        return arbitrary();
    }

    /** Generates several of them, for jqwik. */
    @Provide
    final Arbitrary<List<T>> lists() {
        return arbitrary().list().ofMaxSize(12);
    }

    /** Runs a try. All tries of a property share a storage, which is emptied before each. */
    private void onStorage(Consumer<Repository<T>> work) {
        if (storage == null) {
            storage = fixture().open(catalog(), new ManualClock(Instant.parse("2026-01-01T00:00:00Z")));
        }
        Repository<T> repository = storage.repository(type());
        repository.deleteAll(
                List.copyOf(byKey(repository.all().allowScan().list()).keySet()));
        work.accept(repository);
    }

    /** Closes the storage of a property. */
    @AfterProperty
    final void closeStorage() {
        if (storage != null) {
            storage.close();
            storage = null;
        }
    }

    @Property(tries = 100)
    @Label("Feature: records, Property 1: records that are saved are found equal")
    final void savedRecordsAreFoundEqual(@ForAll("lists") List<T> records) {
        Map<Key, T> expected = byKey(records);
        onStorage(repository -> {
            repository.saveAll(expected.values());
            List<@Nullable T> found = repository.findAll(List.copyOf(expected.keySet()));
            assertThat(found).containsExactlyElementsOf(expected.values());
        });
    }

    private Map<Key, T> byKey(List<T> records) {
        Map<Key, T> byKey = new LinkedHashMap<>();
        records.forEach(each -> byKey.put(type().toRow(each).key(), each));
        return byKey;
    }

    @Property
    @Label("Feature: records, Property 2: a record comes back equal from its row")
    final void aRecordComesBackFromItsRow(@ForAll("records") T item) {
        assertThat(type().fromRow(type().toRow(item))).isEqualTo(item);
    }

    @Property
    @Label("Feature: keys, Property 3: the text of a key is read as the same key")
    final void theTextOfAKeyIsReadAsTheSameKey(@ForAll("records") T item) {
        Key key = type().toRow(item).key();
        assertThat(Key.parse(key.text(type().key()), type().key())).isEqualTo(key);
    }

    @Property
    @Label("Feature: keys, Property 4: partitions have the same key in a store if and only if they are the same")
    final void keysOfPartitionsNeverMeet(@ForAll("records") T one, @ForAll("records") T other) {
        List<String> first = partition(one);
        List<String> second = partition(other);
        KeyTemplate template = type().keyValue().key();
        String text = template.format(first);
        assertThat(text.equals(template.format(second))).isEqualTo(first.equals(second));
        assertThat(template.match(text)).isEqualTo(Optional.of(first));
    }

    private List<String> partition(T item) {
        Row row = type().toRow(item);
        return type().partitionKey().stream()
                .map(field -> field.type().format(required(row, field.index())))
                .toList();
    }

    @Property(tries = 100)
    @Label("Feature: cursors, Property 5: pages of any size give every record once, in the order of the keys")
    final void pagesGiveEveryRecordOnce(
            @ForAll("lists") List<T> records, @ForAll @IntRange(min = 1, max = 13) int size) {
        Map<Key, T> expected = byKey(records);
        onStorage(repository -> {
            repository.saveAll(expected.values());
            List<T> read = new ArrayList<>();
            @Nullable String cursor = null;
            do {
                Page<T> page =
                        repository.all().allowScan().limit(size).after(cursor).page();
                read.addAll(page.items());
                cursor = page.next();
                assertThat(read.size()).as("records read").isLessThanOrEqualTo(expected.size());
            } while (cursor != null);
            assertThat(read).containsExactlyInAnyOrderElementsOf(expected.values());
            List<Row> rows = read.stream().map(type()::toRow).toList();
            assertThat(rows).isSortedAccordingTo(this::byKeyFields);
        });
    }

    private int byKeyFields(Row left, Row right) {
        return type().key().stream()
                .mapToInt(field -> field.type().compare(required(left, field.index()), required(right, field.index())))
                .filter(order -> order != 0)
                .findFirst()
                .orElse(0);
    }

    private static Object required(Row row, int index) {
        Object value = row.get(index);
        if (value == null) {
            throw new AssertionError("A field of the key has no value");
        }
        return value;
    }
}
