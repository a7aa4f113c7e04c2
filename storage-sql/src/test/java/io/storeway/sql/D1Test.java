package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Missing;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.error.SchemaMismatchException;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.internal.cloudflare.Timer;
import io.storeway.sql.Library.Book;
import io.storeway.sql.Library.Everything;
import io.storeway.sql.Library.Loan;
import io.storeway.sql.Library.Member;
import io.storeway.testkit.engine.D1Server;
import io.storeway.testkit.engine.D1Server.Fault;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What D1's endpoint, and the way to it, do to a storage. */
class D1Test {

    private static final String TOKEN = "secret-token-1";
    private static final D1Server SERVER = new D1Server(TOKEN);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    /** Time that passes by waiting only. */
    private static final class Waits implements Timer {
        private final AtomicLong nanos = new AtomicLong();
        private final List<Duration> slept = new ArrayList<>();

        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public void sleep(Duration time) {
            nanos.addAndGet(time.toNanos());
            slept.add(time);
        }
    }

    private final String uri = SERVER.uri("t" + DATABASES.incrementAndGet());
    private final Waits waits = new Waits();
    private final DataSource database = CloudflareD1.dataSource(uri, TOKEN, waits);
    private final Storage storage = CloudflareD1.open(database, Library.CATALOG, Clock.systemUTC(), Missing.CREATE);
    private final Repository<Book> books = storage.repository(Library.BOOKS);

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static List<Book> books(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Library.book("b%05d".formatted(i)))
                .toList();
    }

    private static Everything everything(
            String id, @Nullable Long large, @Nullable Double real, byte @Nullable [] raw) {
        return new Everything(id, null, null, large, real, null, null, null, raw, null, null);
    }

    @Test
    void manyTablesAreMadeInOneGo() {
        List<EntityType<?>> types = IntStream.range(0, 40)
                .<EntityType<?>>mapToObj(i -> EntityType.ofRows("t" + i)
                        .field("id", FieldType.TEXT)
                        .identifiedBy(FieldRef.named("id"))
                        .build())
                .toList();
        DataSource many = CloudflareD1.dataSource(SERVER.uri("many"), TOKEN, waits);
        SERVER.requests();
        CloudflareD1.open(many, Catalog.of(types), Clock.systemUTC(), Missing.CREATE)
                .close();
        List<String> made = SERVER.requests().stream()
                .filter(request -> request.contains("CREATE TABLE \\\"t"))
                .toList();
        assertThat(made).hasSize(types.size()).doesNotHaveDuplicates();
    }

    @Test
    void integersAndDoublesAndBytesComeBackWithEveryBit() {
        SplittableRandom random = new SplittableRandom(7);
        List<Everything> rows = new ArrayList<>();
        for (long large : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1, -(1L << 53) - 1, 0}) {
            rows.add(everything("l" + large, large, null, null));
        }
        for (double real :
                new double[] {Double.MIN_VALUE, -Double.MIN_NORMAL, Double.MAX_VALUE, 0.1, 1e22, Math.nextDown(1e22), 0
                }) {
            rows.add(everything("d" + real, null, real, new byte[] {0, -1, 127}));
        }
        for (int i = 0; i < 100; i++) {
            double real = Double.longBitsToDouble(random.nextLong());
            rows.add(everything("r" + i, random.nextLong(), Double.isFinite(real) ? real : 1.5, new byte[i]));
        }
        Repository<Everything> repository = storage.repository(Library.EVERYTHING);
        repository.insertAll(rows);
        for (Everything row : rows) {
            assertThat(repository.find(row.id())).hasValueSatisfying(found -> {
                assertThat(found.large()).isEqualTo(row.large());
                assertThat(found.real()).isEqualTo(row.real());
                assertThat(found.raw()).isEqualTo(row.raw());
            });
        }
        for (Everything row : rows.subList(5, 30)) {
            assertThat(repository
                            .where(Library.EVERYTHING.field(Everything::real).eq(Objects.requireNonNull(row.real())))
                            .allowScan()
                            .list())
                    .extracting(Everything::id)
                    .contains(row.id());
        }
    }

    @Test
    void aUnitSeesDoublesAndBytesOfItsOwnWithEveryBit() {
        SplittableRandom random = new SplittableRandom(8);
        List<Double> seen = storage.transact(unit -> {
            Repository<Everything> repository = unit.repository(Library.EVERYTHING);
            List<Double> reals = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                double real = Double.longBitsToDouble(random.nextLong());
                repository.save(
                        everything("u" + i, Long.MIN_VALUE + i, Double.isFinite(real) ? real : 2.5, new byte[i]));
            }
            for (int i = 0; i < 20; i++) {
                Everything row = repository.find("u" + i).orElseThrow();
                assertThat(row.large()).isEqualTo(Long.MIN_VALUE + i);
                assertThat(row.raw()).hasSize(i);
                reals.add(row.real());
            }
            return reals;
        });
        for (int i = 0; i < 20; i++) {
            assertThat(storage.repository(Library.EVERYTHING)
                            .find("u" + i)
                            .orElseThrow()
                            .real())
                    .isEqualTo(seen.get(i));
        }
    }

    @Test
    void anIntegerThatJsonRoundsIsRefused() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT 9007199254740993");
                ResultSet rows = statement.executeQuery()) {
            assertThat(rows.next()).isTrue();
            assertThatThrownBy(() -> rows.getLong(1)).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aUnitIsOneWriteAndNothingOfItIsThereBefore() {
        SERVER.requests();
        storage.transact(unit -> {
            unit.repository(Library.BOOKS).insertAll(books(1_000));
            unit.repository(Library.MEMBERS).insert(new Member("m", "m@example.org"));
            assertThat(books.all().allowScan().count()).isZero();
            assertThat(unit.repository(Library.BOOKS).all().allowScan().count()).isEqualTo(1_000);
            return 0;
        });
        assertThat(SERVER.requests().stream().filter(request -> request.contains("INSERT")))
                .hasSize(1)
                .allSatisfy(request -> assertThat(request).contains("\"batch\""));
        assertThat(books.all().allowScan().count()).isEqualTo(1_000);
    }

    @Test
    void aUnitSeesWhatItsDeletionTakesAlong() {
        Repository<Loan> loans = storage.repository(Library.LOANS);
        storage.repository(Library.MEMBERS).insert(new Member("m", "m@example.org"));
        books.insertAll(books(2));
        loans.insertAll(List.of(new Loan("m", "b00000", 1), new Loan("m", "b00001", 2)));
        storage.transact(unit -> {
            unit.repository(Library.MEMBERS).delete("m");
            assertThat(unit.repository(Library.LOANS).all().allowScan().count()).isZero();
            assertThat(unit.repository(Library.BOOKS).delete("b00000")).isTrue();
            return 0;
        });
        assertThat(loans.all().allowScan().count()).isZero();
        assertThat(books.exists("b00000")).isFalse();
    }

    @Test
    void whatTheDatabaseRefusesAtTheCommitIsToldAsThatOfItsCall() {
        ConstraintViolationException refusal =
                (ConstraintViolationException) catchThrowable(() -> storage.transact(unit -> {
                    unit.repository(Library.BOOKS).insertAll(books(3));
                    unit.repository(Library.LOANS).insert(new Loan("nobody", "b00001", 3));
                    return unit.repository(Library.BOOKS).all().allowScan().count();
                }));
        assertThat(refusal.kind()).isEqualTo(ConstraintKind.REFERENCE);
        assertThat(refusal.context().operation()).isEqualTo("insert");
        assertThat(refusal.context().entity()).isEqualTo("loans");
        assertThat(books.all().allowScan().count()).isZero();
    }

    @Test
    void aUnitThatAnotherStorageCameBetweenRunsAgain() {
        Storage other = CloudflareD1.open(
                CloudflareD1.dataSource(uri, TOKEN), Library.CATALOG, Clock.systemUTC(), Missing.CREATE);
        books.insert(Library.book("a"));
        AtomicInteger runs = new AtomicInteger();
        long counted = storage.transact(unit -> {
            long count = unit.repository(Library.BOOKS).all().allowScan().count();
            if (runs.incrementAndGet() == 1) {
                other.repository(Library.BOOKS).insert(Library.book("b"));
            }
            unit.repository(Library.MEMBERS).insert(new Member("count", count + "@example.org"));
            return count;
        });
        assertThat(runs).hasValue(2);
        assertThat(counted).isEqualTo(2);
    }

    @Test
    void aRecordThatAnotherProgramTookAwayIsNotUpdated() throws SQLException {
        books.insertAll(books(2));
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE \"books\" SET \"title\" = 'new' WHERE \"isbn\" = ?")) {
                update.setString(1, "gone");
                update.executeUpdate();
            }
            assertThatThrownBy(connection::commit)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
        }
    }

    @Test
    void throttlingIsWaitedForAsLongAsTheServiceAsks() {
        SERVER.next(Fault.error(429, 10_013, "slow down", "Retry-After", "7"));
        SERVER.next(Fault.error(429, 7_500, "D1 DB is overloaded. Too many requests queued."));
        SERVER.next(Fault.error(500, 7_500, "D1 DB is overloaded. Requests queued for too long."));
        books.insert(Library.book("a"));
        assertThat(waits.slept).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(2), Duration.ofSeconds(4));
        assertThat(books.exists("a")).isTrue();
        SERVER.next(Fault.error(429, 10_013, "slow down", "Retry-After", "300"));
        assertThatThrownBy(() -> books.insert(Library.book("b")))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("300 s");
        assertThat(books.exists("b")).isFalse();
    }

    private static List<Fault> troubles() {
        return List.of(
                Fault.error(500, 10_001, "trouble"),
                Fault.error(500, 7_500, "D1_ERROR: Network connection lost."),
                Fault.error(400, 7_500, "D1_ERROR: D1 DB storage operation caused object to be reset."),
                Fault.text(502, "<html>Bad gateway</html>"),
                Fault.text(200, "{\"success\":tr"),
                Fault.text(200, "{\"success\":true,\"result\":[{\"results\":7}]}"),
                Fault.text(200, "{\"success\":true,\"result\":[]}"),
                Fault.broken());
    }

    @Test
    void readsAreTriedAgainThroughTroubleAndGarbage() {
        books.insert(Library.book("a"));
        for (Fault trouble : troubles()) {
            SERVER.next(trouble);
            assertThat(books.exists("a")).isTrue();
        }
    }

    @Test
    void aWriteInTroubleIsAnUnknownOutcomeAndIsNotSentAgain() {
        books.insert(Library.book("a"));
        for (Fault trouble : troubles()) {
            SERVER.next(trouble);
            assertThatThrownBy(() -> books.insert(Library.book("b"))).isInstanceOf(UnknownOutcomeException.class);
            assertThat(books.exists("b")).isFalse();
            SERVER.next(trouble);
            assertThatThrownBy(() -> books.insertAll(books(2))).isInstanceOf(UnknownOutcomeException.class);
            assertThat(books.exists("b00000")).isFalse();
        }
        SERVER.next(Fault.unanswered());
        assertThatThrownBy(() -> books.insert(Library.book("b"))).isInstanceOf(UnknownOutcomeException.class);
        assertThat(books.exists("b")).isTrue();
    }

    @Test
    void aServerThatIsNotThereIsUnavailableForWritesToo() {
        D1Server gone = new D1Server(TOKEN);
        Storage nowhere = CloudflareD1.open(
                CloudflareD1.dataSource(gone.uri("n"), TOKEN, waits),
                Library.CATALOG,
                Clock.systemUTC(),
                Missing.CREATE);
        gone.close();
        assertThatThrownBy(() -> nowhere.repository(Library.BOOKS).insert(Library.book("a")))
                .isInstanceOf(StorageUnavailableException.class);
    }

    @Test
    void refusalsNameTheRemedyAndNeitherTheTokenNorValues() {
        List<Throwable> errors = new ArrayList<>();
        errors.add(catchThrowable(() -> opened(uri, "other-token")));
        errors.add(catchThrowable(() -> opened(SERVER.uri("none"), TOKEN)));
        SERVER.next(Fault.error(400, 7_500, "D1_ERROR: near \"secret-value\": syntax error: SQLITE_ERROR"));
        errors.add(catchThrowable(() -> books.exists("a")));
        assertThat(errors.get(0)).hasMessageContaining("CLOUDFLARE_API_TOKEN");
        assertThat(errors.get(1)).hasMessageContaining("database");
        for (Throwable error : errors) {
            assertThat(error).isInstanceOf(StorageException.class);
            for (Throwable each = error; each != null; each = each.getCause()) {
                assertThat(each.toString()).doesNotContain(TOKEN, "other-token", "secret-value");
            }
        }
    }

    private static Storage opened(String uri, String token) {
        return CloudflareD1.open(
                CloudflareD1.dataSource(uri, token), Library.CATALOG, Clock.systemUTC(), Missing.CREATE);
    }

    @Test
    void aValueThatIsTooLargeIsRefusedAndNothingOfItsUnitIsThere() {
        Book large = new Book("large", "x".repeat(2_000_001), null, null);
        SERVER.requests();
        assertThatThrownBy(() -> books.insert(large)).isInstanceOf(InvalidValueException.class);
        assertThat(SERVER.requests()).isEmpty();
        assertThatThrownBy(() -> storage.transact(unit -> {
                    unit.repository(Library.BOOKS).insert(Library.book("a"));
                    unit.repository(Library.BOOKS).insert(large);
                    return 0;
                }))
                .isInstanceOf(InvalidValueException.class);
        assertThat(books.exists("a")).isFalse();
    }

    @Test
    void manyKeysAreAskedForByFewParameters() {
        books.insertAll(books(6_000));
        List<Key> keys = books(6_000).stream().map(book -> Key.of(book.isbn())).toList();
        SERVER.requests();
        assertThat(books.findAll(keys)).doesNotContainNull().hasSize(6_000);
        assertThat(SERVER.requests()).hasSizeLessThan(5);
    }

    @Test
    void theSchemaIsComparedAndAMissingColumnIsNamed() throws SQLException {
        String fresh = SERVER.uri("schema");
        try (Connection connection = CloudflareD1.dataSource(fresh, TOKEN).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE books (isbn TEXT NOT NULL, PRIMARY KEY (isbn)) STRICT");
        }
        assertThatThrownBy(() -> opened(fresh, TOKEN))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("column books.title is missing");
        assertThat(SqlStorage.changes(CloudflareD1.dataSource(fresh, TOKEN), Library.CATALOG)
                        .toString())
                .contains("title");
    }
}
