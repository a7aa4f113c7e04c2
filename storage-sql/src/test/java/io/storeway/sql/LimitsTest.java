package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.Catalog;
import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.EntityTypeBuilder;
import io.storeway.Field;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.error.UnsupportedCapabilityException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is large: rows of many columns, long names, long conditions, text that no index has room for. */
class LimitsTest {

    private static final FieldRef<Row, ?> ID = FieldRef.named("id");
    private static final FieldRef<Row, ?> NOTE = FieldRef.named("note");

    /** More than a statement of 128 rows has parameters for, where an engine limits these. */
    private static final int COLUMNS = 400;

    @TempDir
    Path directory;

    private static EntityType<Row> wide(int columns) {
        EntityTypeBuilder<Row> type = EntityType.ofRows("wide").field("id", FieldType.TEXT);
        for (int i = 1; i < columns; i++) {
            type.field("c" + i, FieldType.INTEGER);
        }
        return type.identifiedBy(ID).build();
    }

    @EachEngine
    void manyRowsOfManyColumnsAreWrittenAtOnce(Engine engine) {
        EntityType<Row> type = wide(engine == Engine.H2 ? 2 * COLUMNS : COLUMNS);
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            Repository<Row> repository = storage.repository(type);
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 130; i++) {
                @Nullable Object[] values = new @Nullable Object[type.fields().size()];
                Arrays.fill(values, i);
                values[0] = "row" + i;
                rows.add(Row.of(type, values));
            }
            repository.insertAll(rows);
            repository.saveAll(rows);
            assertThat(repository.find("row129")).contains(rows.get(129));
            assertThat(repository.all().allowScan().count()).isEqualTo(130);
        }
    }

    @Test
    void moreFieldsThanATableHasColumnsAreRefusedWhenOpening() {
        EntityType<Row> type = wide(501);
        assertThatExceptionOfType(UnsupportedCapabilityException.class)
                .isThrownBy(() -> Engine.SQLITE.open(directory, Catalog.of(type)))
                .withMessageContaining("501 fields")
                .withMessageContaining("at most 500 columns");
    }

    @EachEngine
    void theLongestNamesAreToldApart(Engine engine) {
        String one = "c".repeat(62) + "1";
        String other = "c".repeat(62) + "2";
        EntityType<Row> type = EntityType.ofRows("named")
                .field("id", FieldType.TEXT)
                .field(one, FieldType.BOOLEAN)
                .field(other, FieldType.BOOLEAN)
                .identifiedBy(ID)
                .unique(FieldRef.named(one))
                .unique(FieldRef.named(other))
                .sql(table -> table.table("t".repeat(63)))
                .build();
        for (int opening = 0; opening < 2; opening++) {
            try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
                storage.repository(type).save(Row.of(type, "a", true, true));
                assertThatExceptionOfType(ConstraintViolationException.class)
                        .isThrownBy(() -> storage.repository(type).insert(Row.of(type, "b", false, true)))
                        .satisfies(e -> assertThat(e.columns()).containsExactly(other));
            }
        }
    }

    /** Words of SQL are names as any other; what the engine keeps for itself is refused before a table is made. */
    @EachEngine
    void anyNameIsATableAndAColumnOrIsRefusedWhenOpening(Engine engine) {
        List<String> names = List.of(
                "select",
                "user",
                "key",
                "value",
                "order",
                "rank",
                "row",
                "rowid",
                "oid",
                "_rowid_",
                "excluded",
                "dual",
                "xmin",
                "cmax",
                "ctid",
                "tableoid",
                "sqlite_x",
                "new_values",
                "new",
                "old",
                "version",
                "current_date");
        List<String> kept = new ArrayList<>();
        for (String name : names) {
            EntityType<Row> type = EntityType.ofRows("t_" + name)
                    .field("id", FieldType.TEXT)
                    .field(name, FieldType.TEXT)
                    .identifiedBy(ID)
                    .sql(table -> table.table(name).index(FieldRef.named(name)))
                    .build();
            try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
                Repository<Row> repository = storage.repository(type);
                repository.save(Row.of(type, "a", "1"));
                repository.save(Row.of(type, "a", "2"));
                repository.saveAll(List.of(Row.of(type, "a", "3"), Row.of(type, "b", "4")));
                Field<Row, @Nullable Object> field = type.field(FieldRef.named(name));
                assertThat(repository
                                .where(field.ge("3"))
                                .orderBy(field.descending())
                                .list())
                        .extracting(row -> row.get(1))
                        .as(name)
                        .containsExactly("4", "3");
            } catch (UnsupportedCapabilityException e) {
                assertThat(e).hasMessageContaining(name).hasMessageContaining("name");
                kept.add(name);
            }
        }
        assertThat(kept)
                .isEqualTo(
                        switch (engine) {
                            case SQLITE -> List.of("excluded", "sqlite_x");
                            case H2 -> List.of();
                            case POSTGRESQL -> List.of("excluded", "xmin", "cmax", "ctid", "tableoid");
                            case MARIADB -> List.of();
                        });
    }

    @EachEngine
    void aConditionMayHaveThousandsOfParts(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Catalog.of(Library.BOOKS))) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            books.insert(Library.book("a"));
            Field<Library.Book, String> title = Library.BOOKS.field(Library.Book::title);
            Condition<Library.Book> any = title.eq("title of a");
            Condition<Library.Book> none = title.ne("x");
            for (int i = 0; i < 2_500; i++) {
                any = any.or(title.eq("t" + i));
                none = none.and(title.ne("t" + i));
            }
            assertThat(books.where(any).allowScan().count()).isOne();
            assertThat(books.where(any.not()).allowScan().count()).isZero();
            assertThat(books.where(none).allowScan().count()).isOne();
        }
    }

    @Test
    void textThatNoIndexHasRoomForIsRefusedByNameAndNothingIsWritten() {
        EntityType<Row> type = EntityType.ofRows("notes")
                .field("id", FieldType.TEXT)
                .field("note", FieldType.TEXT)
                .field("body", FieldType.TEXT)
                .identifiedBy(ID)
                .sql(table -> table.index(NOTE))
                .build();
        // PostgreSQL compresses what it puts into an index, so this is text without any order.
        StringBuilder text = new StringBuilder();
        SplittableRandom random = new SplittableRandom(7);
        while (text.length() < 10_000) {
            text.append((char) random.nextInt('!', '~'));
        }
        try (SqlStorage storage = Engine.POSTGRESQL.open(directory, Catalog.of(type))) {
            Repository<Row> notes = storage.repository(type);
            InvalidValueException refused = catchThrowableOfType(
                    InvalidValueException.class,
                    () -> notes.insertAll(List.of(
                            Row.of(type, "a", "short", text + "body"), Row.of(type, "b", text.toString(), ""))));
            assertThat(refused.where()).isEqualTo("note");
            assertThat(refused).hasMessageContaining("2,700 bytes");
            assertThat(notes.all().allowScan().count()).isZero();
            notes.insert(Row.of(type, "a", "short", text.toString()));
            assertThat(notes.find("a")).isPresent();
            assertThat(notes.find(text.toString())).isEmpty();
        }
    }
}
