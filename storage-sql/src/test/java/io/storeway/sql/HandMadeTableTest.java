package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.SchemaMismatchException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that somebody has made, in ways in which a storage makes none. */
class HandMadeTableTest {

    record Person(long id, String name, String mail) {}

    private static final EntityType<Person> PEOPLE = EntityType.of(Person.class)
            .named("people")
            .identifiedBy(Person::id)
            .unique(Person::mail)
            .sql(table -> table.index(Person::name))
            .build();

    private static final Catalog CATALOG = Catalog.of(PEOPLE);

    @TempDir
    Path directory;

    private static String text(Engine engine) {
        return switch (engine) {
            case SQLITE -> "TEXT";
            case H2 -> "CHARACTER VARYING";
            case POSTGRESQL -> "TEXT COLLATE \"C\"";
            case MARIADB -> "VARCHAR(383) COLLATE utf8mb4_nopad_bin";
        };
    }

    private static String number(Engine engine) {
        return engine == Engine.SQLITE ? "INTEGER" : "BIGINT";
    }

    private static String table(Engine engine, String id, String name, String rest) {
        return engine.sql("CREATE TABLE \"people\" (\"id\" " + number(engine) + id + ", \"name\" " + text(engine) + name
                + ", \"mail\" " + text(engine) + " NOT NULL" + rest + ")" + (engine == Engine.SQLITE ? " STRICT" : ""));
    }

    private static void opens(HikariDataSource pool) {
        try (SqlStorage storage = SqlStorage.open(pool, CATALOG)) {
            storage.repository(PEOPLE).insert(new Person(7, "a", "a"));
            assertThat(storage.repository(PEOPLE).exists(7L)).isTrue();
        }
    }

    private static void refused(HikariDataSource pool, String reason) {
        assertThatExceptionOfType(SchemaMismatchException.class)
                .isThrownBy(() -> SqlStorage.open(pool, CATALOG))
                .withMessageContaining(reason);
    }

    /** The script makes of it a table that can be opened. */
    private static void mended(HikariDataSource pool, String reason) throws SQLException {
        refused(pool, reason);
        for (SchemaChange change : SqlStorage.changes(pool, CATALOG).changes()) {
            Engine.execute(pool, change.statements().toArray(String[]::new));
        }
        opens(pool);
    }

    @EachEngine
    void aUniqueKeyOfAnotherNameIsRefusedAsTheDeclaredOne(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            Engine.execute(pool, table(engine, " NOT NULL PRIMARY KEY", " NOT NULL", " UNIQUE"));
            try (SqlStorage storage = SqlStorage.open(pool, CATALOG)) {
                storage.repository(PEOPLE).insert(new Person(1, "a", "(b)=(c"));
                assertThatExceptionOfType(ConstraintViolationException.class)
                        .isThrownBy(() -> storage.repository(PEOPLE).insert(new Person(2, "a", "(b)=(c")))
                        .satisfies(e -> assertThat(e.constraint()).isEqualTo("people_mail_uq"))
                        .satisfies(e -> assertThat(e.columns()).containsExactly("mail"));
                assertThatExceptionOfType(ConstraintViolationException.class)
                        .isThrownBy(() -> storage.repository(PEOPLE).insert(new Person(1, "a", "z")))
                        .satisfies(e -> assertThat(e.constraint()).isEqualTo("people_pk"));
            }
        }
    }

    /** MariaDB's upsert would write over the record that has the same values. */
    @EachEngine
    void aUniqueKeyThatIsNotDeclaredRefusesASaveThatBreaksIt(Engine engine) throws SQLException {
        EntityType<Person> plain = EntityType.of(Person.class)
                .named("people")
                .identifiedBy(Person::id)
                .build();
        try (HikariDataSource pool = engine.dataSource(directory)) {
            Engine.execute(pool, table(engine, " NOT NULL PRIMARY KEY", " NOT NULL", " UNIQUE"));
            try (SqlStorage storage = SqlStorage.open(pool, Catalog.of(plain))) {
                Repository<Person> people = storage.repository(plain);
                Person first = new Person(1, "a", "x");
                people.save(first);
                List<Person> others = List.of(new Person(2, "b", "x"), new Person(3, "c", "y"));
                for (ThrowingCallable save :
                        List.<ThrowingCallable>of(() -> people.save(others.get(0)), () -> people.saveAll(others))) {
                    assertThatExceptionOfType(ConstraintViolationException.class)
                            .isThrownBy(save)
                            .satisfies(e -> assertThat(e.kind()).isEqualTo(ConstraintKind.UNIQUE))
                            .satisfies(e -> assertThat(e.columns()).containsExactly("mail"));
                }
                assertThat(people.all().allowScan().list()).containsExactly(first);
            }
        }
    }

    @EachEngine
    void aReferenceOfAnotherNameIsRefusedAsTheDeclaredOne(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            SqlStorage.open(pool, Library.CATALOG).close();
            for (String name : List.of("loans_member_fk", "loans_isbn_fk")) {
                // SQLite and MariaDB rename no constraint.
                if (engine == Engine.H2 || engine == Engine.POSTGRESQL) {
                    Engine.execute(
                            pool, "ALTER TABLE \"loans\" RENAME CONSTRAINT \"" + name + "\" TO \"my_" + name + "\"");
                }
            }
            try (SqlStorage storage = SqlStorage.open(pool, Library.CATALOG)) {
                storage.repository(Library.MEMBERS).insert(new Library.Member("m", "m@x"));
                storage.repository(Library.BOOKS).insert(Library.book("b"));
                Repository<Library.Loan> loans = storage.repository(Library.LOANS);
                loans.insert(new Library.Loan("m", "b", 1));
                breaks("isbn", () -> loans.insert(new Library.Loan("m", "nothing", 1)));
                breaks("member", () -> loans.insert(new Library.Loan("nobody", "b", 1)));
                breaks("isbn", () -> storage.repository(Library.BOOKS).delete("b"));
            }
        }
    }

    private static void breaks(String column, ThrowingCallable write) {
        assertThatExceptionOfType(ConstraintViolationException.class)
                .isThrownBy(write)
                .satisfies(e -> assertThat(e.constraint()).isEqualTo("loans_" + column + "_fk"))
                .satisfies(e -> assertThat(e.columns()).containsExactly(column));
    }

    @EachEngine
    void aColumnOfNoFieldThatTheDatabaseFillsIsHarmless(Engine engine) throws SQLException {
        String filled = switch (engine) {
            case SQLITE -> "TEXT NOT NULL GENERATED ALWAYS AS (\"name\" || '!') STORED";
            case H2, POSTGRESQL -> "BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL";
            case MARIADB -> "BIGINT NOT NULL AUTO_INCREMENT UNIQUE";
        };
        try (HikariDataSource pool = engine.dataSource(directory)) {
            Engine.execute(pool, table(engine, " NOT NULL PRIMARY KEY", " NOT NULL", " UNIQUE, \"filled\" " + filled));
            opens(pool);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Engine.class,
            names = {"H2", "POSTGRESQL"})
    void anIdentityThatTakesNoValuesIsRefusedAtOpening(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            Engine.execute(pool, table(engine, " GENERATED ALWAYS AS IDENTITY PRIMARY KEY", " NOT NULL", " UNIQUE"));
            mended(pool, "column people.id is generated by the database");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Engine.class,
            names = {"SQLITE", "POSTGRESQL"})
    void aComputedColumnOfAFieldIsRefusedAtOpening(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            String computed = " NOT NULL GENERATED ALWAYS AS ('n' || \"id\") STORED";
            Engine.execute(pool, table(engine, " NOT NULL PRIMARY KEY", computed, " UNIQUE"));
            mended(pool, "column people.name is generated by the database");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Engine.class,
            names = {"SQLITE", "POSTGRESQL"})
    void anIndexOverSomeRowsIsNoUniqueKey(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            Engine.execute(
                    pool,
                    table(engine, " NOT NULL PRIMARY KEY", " NOT NULL", ""),
                    "CREATE UNIQUE INDEX part ON people (mail) WHERE id > 100");
            mended(pool, "unique key people_mail_uq on people(mail) is missing");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOCASE", "RTRIM"})
    void aSqliteColumnThatIsNotComparedByBytesIsRefused(String collation) throws SQLException {
        try (HikariDataSource pool = Engine.SQLITE.dataSource(directory)) {
            String name = " NOT NULL COLLATE " + collation;
            Engine.execute(pool, table(Engine.SQLITE, " NOT NULL PRIMARY KEY", name, " UNIQUE"));
            mended(pool, "column people.name is compared by another collation than BINARY");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"REPLACE", "IGNORE"})
    void aSqliteConstraintThatRefusesNothingIsRefused(String clause) throws SQLException {
        try (HikariDataSource pool = Engine.SQLITE.dataSource(directory)) {
            String unique = " UNIQUE ON CONFLICT " + clause;
            Engine.execute(pool, table(Engine.SQLITE, " NOT NULL PRIMARY KEY", " NOT NULL", unique));
            mended(pool, "SQLite would not refuse what breaks it");
        }
    }

    @Test
    void theCollationOfAColumnOfNoFieldIsItsOwn() throws SQLException {
        try (HikariDataSource sqlite = Engine.SQLITE.dataSource(directory);
                HikariDataSource postgres = Engine.POSTGRESQL.dataSource(directory)) {
            String column = " UNIQUE, \"note\" TEXT";
            Engine.execute(
                    sqlite, table(Engine.SQLITE, " NOT NULL PRIMARY KEY", " NOT NULL", column + " COLLATE NOCASE"));
            Engine.execute(postgres, table(Engine.POSTGRESQL, " NOT NULL PRIMARY KEY", " NOT NULL", column));
            opens(sqlite);
            opens(postgres);
        }
    }

    @Test
    void aPostgresTableThatACrashEmptiesIsRefused() throws SQLException {
        try (HikariDataSource pool = Engine.POSTGRESQL.dataSource(directory)) {
            String table = table(Engine.POSTGRESQL, " NOT NULL PRIMARY KEY", " NOT NULL", " UNIQUE");
            Engine.execute(pool, table.replace("CREATE TABLE", "CREATE UNLOGGED TABLE"));
            refused(pool, "table people is UNLOGGED");
            Engine.execute(pool, "ALTER TABLE \"people\" SET LOGGED");
            opens(pool);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIMARY KEY (id) DEFERRABLE", "UNIQUE (mail) DEFERRABLE INITIALLY DEFERRED"})
    void aPostgresKeyThatIsCheckedLateIsRefused(String key) throws SQLException {
        try (HikariDataSource pool = Engine.POSTGRESQL.dataSource(directory)) {
            boolean primary = key.startsWith("PRIMARY");
            Engine.execute(
                    pool,
                    table(
                            Engine.POSTGRESQL,
                            primary ? " NOT NULL" : " NOT NULL PRIMARY KEY",
                            " NOT NULL",
                            (primary ? " UNIQUE" : "") + ", CONSTRAINT late " + key));
            refused(pool, "constraint late on people is DEFERRABLE");
        }
    }

    @Test
    void aPostgresReferenceThatIsCheckedAtTheCommitIsRefusedThere() throws SQLException {
        try (HikariDataSource pool = Engine.POSTGRESQL.dataSource(directory)) {
            SqlStorage.open(pool, Library.CATALOG).close();
            Engine.execute(pool, "ALTER TABLE loans ALTER CONSTRAINT loans_isbn_fk DEFERRABLE INITIALLY DEFERRED");
            try (SqlStorage storage = SqlStorage.open(pool, Library.CATALOG)) {
                storage.repository(Library.MEMBERS).insert(new Library.Member("m", "m@x"));
                breaks("isbn", () -> storage.repository(Library.LOANS).insert(new Library.Loan("m", "none", 1)));
                breaks(
                        "isbn",
                        () -> storage.transact(unit -> {
                            unit.repository(Library.LOANS).insert(new Library.Loan("m", "none", 1));
                            return unit;
                        }));
            }
        }
    }
}
