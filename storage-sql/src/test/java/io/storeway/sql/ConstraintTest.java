package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.spi.RowStore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ConstraintTest {

    @TempDir
    Path directory;

    private @Nullable SqlStorage opened;

    @BeforeEach
    void forget() {
        opened = null;
    }

    private SqlStorage storage(Engine engine) {
        SqlStorage storage = engine.open(directory, Library.CATALOG);
        opened = storage;
        storage.repository(Library.MEMBERS).insert(new Library.Member("m", "mail"));
        storage.repository(Library.BOOKS).insert(Library.book("b"));
        storage.repository(Library.LOANS).insert(new Library.Loan("m", "b", 1));
        return storage;
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private static void refused(ThrowingCallable write, ConstraintKind kind, String constraint, List<String> columns) {
        ConstraintViolationException e = catchThrowableOfType(ConstraintViolationException.class, write);
        assertThat(e).isNotNull();
        assertThat(e.kind()).isEqualTo(kind);
        assertThat(e.constraint()).isEqualTo(constraint);
        assertThat(e.columns()).isEqualTo(columns);
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("secret");
    }

    @EachEngine
    void aRepeatedPrimaryKeyIsNamed(Engine engine) {
        Repository<Library.Loan> loans = storage(engine).repository(Library.LOANS);
        List<String> columns = List.of("member", "isbn");
        refused(() -> loans.insert(new Library.Loan("m", "b", 2)), ConstraintKind.UNIQUE, "loans_pk", columns);
        Repository<Library.Book> books = storage0().repository(Library.BOOKS);
        var secret = Library.book("secret");
        refused(
                () -> books.insertAll(List.of(Library.book("x"), secret, secret)),
                ConstraintKind.UNIQUE,
                "books_pk",
                List.of("isbn"));
        assertThat(books.exists("x")).isFalse();
        refused(
                () -> books.partition("q").replace(List.of(Library.book("q"), Library.book("q"))),
                ConstraintKind.UNIQUE,
                "books_pk",
                List.of("isbn"));
    }

    private Storage storage0() {
        assertThat(opened).isNotNull();
        return Objects.requireNonNull(opened);
    }

    @EachEngine
    void aRepeatedUniqueKeyIsNamed(Engine engine) {
        Repository<Library.Member> members = storage(engine).repository(Library.MEMBERS);
        members.insert(new Library.Member("n", "secret"));
        refused(
                () -> members.insert(new Library.Member("o", "secret")),
                ConstraintKind.UNIQUE,
                "members_email_uq",
                List.of("email"));
        refused(
                () -> members.saveAll(List.of(new Library.Member("p", "other"), new Library.Member("m", "secret"))),
                ConstraintKind.UNIQUE,
                "members_email_uq",
                List.of("email"));
        refused(
                () -> members.update(new Library.Member("m", "secret")),
                ConstraintKind.UNIQUE,
                "members_email_uq",
                List.of("email"));
        assertThat(members.exists("p")).isFalse();
    }

    @EachEngine
    void aMissingParentIsNamed(Engine engine) {
        Repository<Library.Loan> loans = storage(engine).repository(Library.LOANS);
        refused(
                () -> loans.insert(new Library.Loan("secret", "b", 1)),
                ConstraintKind.REFERENCE,
                "loans_member_fk",
                List.of("member"));
        refused(
                () -> loans.saveAll(List.of(new Library.Loan("m", "b", 2), new Library.Loan("m", "secret", 1))),
                ConstraintKind.REFERENCE,
                "loans_isbn_fk",
                List.of("isbn"));
        assertThat(loans.find("m", "b")).contains(new Library.Loan("m", "b", 1));
    }

    @EachEngine
    void aParentThatIsReferredToIsKeptAndTheReferenceNamed(Engine engine) {
        Repository<Library.Book> books = storage(engine).repository(Library.BOOKS);
        refused(() -> books.delete("b"), ConstraintKind.REFERENCE, "loans_isbn_fk", List.of("isbn"));
        refused(() -> books.partition("b").clear(), ConstraintKind.REFERENCE, "loans_isbn_fk", List.of("isbn"));
        assertThat(books.exists("b")).isTrue();
    }

    @EachEngine
    void aCheckIsNamedByTheApiAndByTheEngine(Engine engine) {
        SqlStorage storage = storage(engine);
        refused(
                () -> storage.repository(Library.LOANS).save(new Library.Loan("m", "b", 9)),
                ConstraintKind.CHECK,
                "loans_rating_ck",
                List.of("rating"));
        Row bad = Row.of(Library.LOANS, "m", "b", 9);
        refused(
                () -> rows(storage).save(Library.LOANS, List.of(bad)),
                ConstraintKind.CHECK,
                "loans_rating_ck",
                List.of("rating"));
    }

    @EachEngine
    void aMissingValueIsNamedByTheApiAndByTheEngine(Engine engine) {
        SqlStorage storage = storage(engine);
        EntityType<Library.Book> type = Library.BOOKS;
        Row bad = Row.trusted(type, new @Nullable Object[] {"x", null, null, null});
        refused(
                () -> rows(storage).insert(type, List.of(bad)),
                ConstraintKind.NOT_NULL,
                "books_title_nn",
                List.of("title"));
    }

    /** The rows below the repository, whose checks come first otherwise. */
    private static RowStore rows(SqlStorage storage) {
        return storage.standalone();
    }

    @EachEngine
    void aRefusalDoomsTheWholeUnit(Engine engine) {
        SqlStorage storage = storage(engine);
        refused(
                () -> storage.transact(unit -> {
                    unit.repository(Library.BOOKS).insert(Library.book("c"));
                    try {
                        unit.repository(Library.BOOKS).insert(Library.book("b"));
                    } catch (ConstraintViolationException e) {
                        assertThat(e.constraint()).isEqualTo("books_pk");
                    }
                    return "";
                }),
                ConstraintKind.UNIQUE,
                "books_pk",
                List.of("isbn"));
        assertThat(storage.repository(Library.BOOKS).exists("c")).isFalse();
    }
}
