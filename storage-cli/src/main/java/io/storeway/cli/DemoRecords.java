package io.storeway.cli;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.spi.PartitionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The records that the demo's application writes during the migration: bundled books and library entries, which it only
 * updates, and reading sessions, which it also inserts and deletes. Every write leaves its number in the record.
 */
final class DemoRecords {

    /** The type that the demo adds to the bundled catalog. */
    static final String SESSIONS_TYPE = """

          sessions:
            partition: [userId]
            key: [number]
            fields:
              userId: text
              number: integer
              isbn:   text
              page:   integer
            references:
              - {field: isbn, to: books, on-delete: cascade}
            key-value: {key: "sessions:{userId}", blob: array of objects}
            sql: {table: Sessions}
        """;

    /** How many records of each type are written. */
    private static final int RECORDS_PER_TYPE = 200;

    private static final int READERS = 40;
    private static final String BOOKS = "books";
    private static final String SHELVES = "userLibrary";
    private static final String SESSIONS = "sessions";
    /** The field of each type that holds the number of the write. */
    private static final Map<String, String> NUMBER_FIELDS =
            Map.of(BOOKS, "ratingsCount", SHELVES, "review", SESSIONS, "page");

    /** The review is text, so the number follows this. */
    private static final String REVIEW_PREFIX = "written by the demo: ";

    private final Catalog catalog;
    private final List<Entry> all = new ArrayList<>();
    private final List<String> isbns = new ArrayList<>();

    /** A record by its type and key; equal by both. */
    record Entry(String entity, Key key) {}

    /** Chooses the records from a storage that has the bundled data; the same ones in each run. */
    DemoRecords(Catalog catalog, Storage storage) {
        this.catalog = catalog;
        for (String entity : List.of(BOOKS, SHELVES)) {
            for (PartitionState state :
                    storage.replica().scan(type(entity), null, RECORDS_PER_TYPE).partitions()) {
                // A blob with an item that no row can hold can't be written as records until the item is repaired.
                if (state.residue().isEmpty()) {
                    Row row = state.items().get(0).row();
                    all.add(new Entry(entity, row.key()));
                    if (entity.equals(BOOKS)) {
                        isbns.add(String.valueOf(row.get("isbn")));
                    }
                }
            }
        }
        for (int i = 0; i < RECORDS_PER_TYPE; i++) {
            all.add(new Entry(SESSIONS, Key.of("reader" + i % READERS, i / READERS)));
        }
    }

    @SuppressWarnings("unchecked") // Types of catalog files have no Java class.
    private EntityType<Row> type(String entity) {
        return (EntityType<Row>) catalog.type(entity);
    }

    List<Entry> all() {
        return all;
    }

    /** Whether the application inserts and deletes the record, too. */
    boolean comesAndGoes(Entry record) {
        return record.entity().equals(SESSIONS);
    }

    void write(Storage storage, Entry record, int number) {
        EntityType<Row> type = type(record.entity());
        if (comesAndGoes(record)) {
            List<Object> key = record.key().values();
            String isbn = isbns.get(number % isbns.size());
            storage.repository(type).save(Row.of(type, key.get(0), key.get(1), isbn, number));
            return;
        }
        int field = type.field(numberField(record)).index();
        Object value = record.entity().equals(SHELVES) ? REVIEW_PREFIX + number : (Object) number;
        storage.transact(unit -> {
            Row row = unit.repository(type).find(values(record)).orElseThrow();
            return unit.repository(type).update(row.with(field, value));
        });
    }

    boolean delete(Storage storage, Entry record) {
        return storage.repository(type(record.entity())).delete(values(record));
    }

    /** The number that the last write left in the record, or null if it is not there or nothing was written to it. */
    @Nullable
    Integer read(Storage storage, Entry record) {
        Object value = storage.repository(type(record.entity()))
                .find(values(record))
                .map(row -> row.get(numberField(record)))
                .orElse(null);
        if (value instanceof String review) {
            return review.startsWith(REVIEW_PREFIX) ? Integer.valueOf(review.substring(REVIEW_PREFIX.length())) : null;
        }
        return (Integer) value;
    }

    private static String numberField(Entry record) {
        return Objects.requireNonNull(NUMBER_FIELDS.get(record.entity()));
    }

    private static Object[] values(Entry record) {
        return record.key().values().toArray();
    }

    String text(Entry record) {
        return record.key().text(type(record.entity()).key());
    }

    Entry record(String entity, String key) {
        return new Entry(entity, Key.parse(key, type(entity).key()));
    }
}
