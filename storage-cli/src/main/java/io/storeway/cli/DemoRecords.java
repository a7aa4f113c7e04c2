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
 * The records that the demo's application writes while it migrates: bundled books and shelved books, whose number of rows
 * stays what it is, and reading sessions that come and go. Every write leaves a number of its own in its record.
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

    private static final int OF_EACH = 200;
    private static final int READERS = 40;
    private static final String BOOKS = "books";
    private static final String SHELVES = "userLibrary";
    private static final String SESSIONS = "sessions";
    /** The field of each type that takes the number of the write. */
    private static final Map<String, String> NUMBERED =
            Map.of(BOOKS, "ratingsCount", SHELVES, "review", SESSIONS, "page");

    private static final String REVIEW = "written by the demo: ";

    private final Catalog catalog;
    private final List<Entry> all = new ArrayList<>();
    private final List<String> isbns = new ArrayList<>();

    /** A record by its type and key; equal by both. */
    record Entry(String entity, Key key) {}

    /** Chooses the records, the same ones each time, from a storage that has the bundled data. */
    DemoRecords(Catalog catalog, Storage storage) {
        this.catalog = catalog;
        for (String entity : List.of(BOOKS, SHELVES)) {
            for (PartitionState state :
                    storage.replica().scan(type(entity), null, OF_EACH).partitions()) {
                // A blob with an item that no row can hold is refused as a whole until that is mended.
                if (state.residue().isEmpty()) {
                    Row row = state.items().get(0).row();
                    all.add(new Entry(entity, row.key()));
                    if (entity.equals(BOOKS)) {
                        isbns.add(String.valueOf(row.get("isbn")));
                    }
                }
            }
        }
        for (int i = 0; i < OF_EACH; i++) {
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

    /** Whether a record may be deleted. */
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
        int field = type.field(numbered(record)).index();
        Object value = record.entity().equals(SHELVES) ? REVIEW + number : (Object) number;
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
                .map(row -> row.get(numbered(record)))
                .orElse(null);
        if (value instanceof String review) {
            return review.startsWith(REVIEW) ? Integer.valueOf(review.substring(REVIEW.length())) : null;
        }
        return (Integer) value;
    }

    private static String numbered(Entry record) {
        return Objects.requireNonNull(NUMBERED.get(record.entity()));
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
