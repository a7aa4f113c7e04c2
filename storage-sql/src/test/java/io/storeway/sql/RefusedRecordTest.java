package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Missing;
import io.storeway.OnDelete;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.sql.Library.Book;
import io.storeway.sql.Library.Loan;
import io.storeway.sql.Library.Member;
import io.storeway.testkit.engine.D1Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rule and which record a refusal names. */
class RefusedRecordTest {

    private static final EntityType<Row> NODES = EntityType.ofRows("nodes")
            .field("id", FieldType.TEXT)
            .field("parent", FieldType.TEXT)
            .nullable(FieldRef.named("parent"))
            .identifiedBy(FieldRef.named("id"))
            .referencesSelf(FieldRef.named("parent"), OnDelete.CASCADE)
            .build();

    @TempDir
    Path directory;

    private static void names(Runnable write, String constraint, @Nullable Key record) {
        ConstraintViolationException e = catchThrowableOfType(ConstraintViolationException.class, write::run);
        assertThat(e).isNotNull();
        assertThat(e.constraint()).isEqualTo(constraint);
        assertThat(e.context().key()).isEqualTo(record == null ? null : record.redacted());
        assertThat(e.getMessage()).endsWith((record == null ? "" : " " + record.redacted()) + "]");
    }

    /** Rules that the application has put there itself are the database's own word on a row, not an outage. */
    @Test
    void rowsThatATriggerOrAnExclusionRefusesAreRefusedForGood() throws Exception {
        try (HikariDataSource pool = Engine.POSTGRESQL.dataSource(directory);
                SqlStorage storage = SqlStorage.open(pool, Library.CATALOG)) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE EXCEPTION 'secret'; END $$");
                statement.execute("CREATE TRIGGER no BEFORE INSERT ON members FOR EACH ROW EXECUTE FUNCTION no()");
                statement.execute("ALTER TABLE books ADD CONSTRAINT one_title EXCLUDE USING hash (title WITH =)");
            }
            assertThatThrownBy(() -> storage.repository(Library.MEMBERS).insert(new Member("m", "mail")))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("a trigger of the PostgreSQL database refused the row")
                    .hasMessageNotContaining("secret");
            Repository<Book> books = storage.repository(Library.BOOKS);
            books.insert(new Book("1", "same", null, null));
            names(() -> books.insert(new Book("2", "same", null, null)), "one_title", Key.of("2"));
        }
    }

    private static List<Member> members(int count) {
        return new ArrayList<>(IntStream.range(0, count)
                .mapToObj(i -> new Member("m" + i, "mail" + i))
                .toList());
    }

    private void onD1(Consumer<Storage> test) {
        try (D1Server server = new D1Server("token");
                Storage storage = CloudflareD1.open(
                        CloudflareD1.dataSource(server.uri("r"), "token"),
                        Library.CATALOG,
                        Clock.systemUTC(),
                        Missing.CREATE)) {
            test.accept(storage);
        }
    }

    @EachEngine
    void theSameRecordAgainIsRefusedByItsPrimaryKey(Engine engine) {
        try (Storage storage = engine.open(directory, Library.CATALOG)) {
            theSameRecordAgain(storage);
        }
    }

    @Test
    void theSameRecordAgainIsRefusedByItsPrimaryKeyOnD1() {
        onD1(RefusedRecordTest::theSameRecordAgain);
    }

    private static void theSameRecordAgain(Storage storage) {
        Repository<Member> members = storage.repository(Library.MEMBERS);
        Member there = new Member("a", "mail");
        members.insert(there);
        members.insert(new Member("b", "other"));
        names(() -> members.insert(there), "members_pk", Key.of("a"));
        names(() -> members.insert(new Member("a", "other")), "members_pk", Key.of("a"));
        names(() -> members.insertAll(List.of(new Member("c", "c"), there)), "members_pk", Key.of("a"));
        names(() -> members.insertAll(List.of(new Member("c", "c"), new Member("c", "c"))), "members_pk", Key.of("c"));
        names(
                () -> storage.transact(unit -> {
                    unit.repository(Library.MEMBERS).insert(there);
                    return unit;
                }),
                "members_pk",
                Key.of("a"));
        names(
                () -> storage.transact(unit -> {
                    unit.repository(Library.MEMBERS).insert(new Member("d", "d"));
                    unit.repository(Library.MEMBERS).insert(new Member("d", "d"));
                    return unit;
                }),
                "members_pk",
                Key.of("d"));
        names(() -> members.insert(new Member("e", "mail")), "members_email_uq", Key.of("e"));
        names(() -> members.save(new Member("b", "mail")), "members_email_uq", Key.of("b"));
        names(() -> members.update(new Member("b", "mail")), "members_email_uq", Key.of("b"));
        assertThat(members.all().allowScan().count()).isEqualTo(2);
    }

    @EachEngine
    void aRefusedBatchNamesTheRecord(Engine engine) {
        try (Storage storage = engine.open(directory, Library.CATALOG)) {
            aRefusedBatch(storage, 3_000);
        }
    }

    @Test
    void aRefusedBatchNamesTheRecordOnD1() {
        onD1(storage -> aRefusedBatch(storage, 300));
    }

    private static void aRefusedBatch(Storage storage, int size) {
        Repository<Member> members = storage.repository(Library.MEMBERS);
        Repository<Book> books = storage.repository(Library.BOOKS);
        Repository<Loan> loans = storage.repository(Library.LOANS);
        Key culprit = Key.of("m" + (size - 7));
        members.insert(new Member("m" + (size - 7), "there"));
        names(() -> members.insertAll(members(size)), "members_pk", culprit);
        members.delete("m" + (size - 7));
        members.insert(new Member("other", "mail" + (size - 7)));
        names(() -> members.insertAll(members(size)), "members_email_uq", culprit);
        names(() -> members.saveAll(members(size)), "members_email_uq", culprit);
        members.delete("other");

        List<Member> twice = members(size);
        twice.add(new Member("m3", "again"));
        names(() -> members.insertAll(twice), "members_pk", Key.of("m3"));
        twice.set(size, new Member("again", "mail3"));
        names(() -> members.insertAll(twice), "members_email_uq", Key.of("again"));

        members.insertAll(members(2));
        books.insert(Library.book("b"));
        names(
                () -> loans.insertAll(List.of(new Loan("m0", "b", 1), new Loan("m1", "ghost", 1))),
                "loans_isbn_fk",
                Key.of("m1", "ghost"));
        names(
                () -> members.updateAll(List.of(new Member("m0", "new"), new Member("m1", "new"))),
                "members_email_uq",
                Key.of("m1"));
        loans.insert(new Loan("m0", "b", 1));
        books.insert(Library.book("free"));
        names(() -> books.deleteAll(List.of(Key.of("free"), Key.of("b"))), "loans_isbn_fk", Key.of("b"));
        assertThat(members.all().allowScan().count()).isEqualTo(2);
    }

    @EachEngine
    void withinAUnitNoRecordIsNamedThatOnlyTheUndoingBringsBack(Engine engine) {
        try (Storage storage = engine.open(directory, Library.CATALOG)) {
            storage.repository(Library.MEMBERS).insertAll(List.of(new Member("x", "x"), new Member("y", "y")));
            names(
                    () -> storage.transact(unit -> {
                        Repository<Member> members = unit.repository(Library.MEMBERS);
                        members.delete("x");
                        members.insertAll(List.of(new Member("a", "x"), new Member("b", "y")));
                        return unit;
                    }),
                    "members_email_uq",
                    null);
        }
    }

    @EachEngine
    void anExpiredRecordIsNotTheOneInTheWay(Engine engine) {
        try (Storage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Session> sessions = storage.repository(Library.SESSIONS);
            sessions.insert(new Library.Session("old", "u", Instant.EPOCH));
            sessions.insert(new Library.Session("live", "v", null));
            List<Library.Session> fresh =
                    List.of(new Library.Session("a", "u", null), new Library.Session("b", "v", null));
            names(() -> sessions.insertAll(fresh), "sessions_user_uq", Key.of("b"));
            names(
                    () -> sessions.insertAll(
                            List.of(new Library.Session("old", "w", null), new Library.Session("live", "z", null))),
                    "sessions_pk",
                    Key.of("live"));
        }
    }

    @EachEngine
    void aRecordThatComesWithItsParentIsNotTheOneWithoutOne(Engine engine) {
        try (Storage storage = engine.open(directory, Catalog.of(NODES))) {
            Repository<Row> nodes = storage.repository(NODES);
            names(
                    () -> nodes.insertAll(List.of(
                            Row.of(NODES, "child", "root"),
                            Row.of(NODES, "root", null),
                            Row.of(NODES, "lost", "ghost"))),
                    "nodes_parent_fk",
                    Key.of("lost"));
        }
    }
}
