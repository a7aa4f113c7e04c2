package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Key;
import io.storeway.Operations;
import io.storeway.Repository;
import io.storeway.error.StorageException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.Version;
import io.storeway.testkit.RunNumber;
import io.storeway.testkit.fault.TcpProxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The connection to a server is lost at each piece of data that a write sends, and at each that comes back. What is
 * reported as done is there, what is reported as failed is not, and a loss that is known to have had no effect is not
 * reported: the write is made again.
 */
class CutAnywhereTest {

    private static final int ROUNDS = RunNumber.positive("storeway.effort", 1);
    private static final int MORE_THAN_ANY_WRITE_NEEDS = 50;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Pattern ADDRESS = Pattern.compile("//([^:/]+):(\\d+)");
    private static final Catalog CATALOG = Catalog.of(Library.BOOKS, Library.TICKERS);

    @TempDir
    Path directory;

    private Server h2 = new Server();

    private interface Work {
        void with(HikariDataSource pool, TcpProxy proxy) throws Exception;
    }

    private String uri(Engine engine) throws SQLException {
        if (engine != Engine.H2) {
            return engine.uri(directory);
        }
        h2 = Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", directory.toString())
                .start();
        return "jdbc:h2:tcp://127.0.0.1:" + h2.getPort() + "/./data;WRITE_DELAY=0";
    }

    @AfterEach
    void stop() {
        h2.stop();
    }

    private void behindAProxy(Engine engine, Work work) throws Exception {
        String uri = uri(engine);
        Matcher address = ADDRESS.matcher(uri);
        assertThat(address.find()).isTrue();
        try (TcpProxy proxy = TcpProxy.before(address.group(1), Integer.parseInt(address.group(2)))) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(address.replaceFirst("//127.0.0.1:" + proxy.port()));
            // A second connection, opened in the background, would meet the cut instead.
            config.setMaximumPoolSize(1);
            config.setConnectionTimeout(2_000);
            config.setValidationTimeout(1_000);
            try (HikariDataSource pool = new HikariDataSource(config)) {
                work.with(pool, proxy);
                assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
            }
        }
    }

    /** Makes the write, each time under a name of its own, with a cut at each place, and asks whether its effect is there. */
    private static void cutEverywhere(TcpProxy proxy, Consumer<String> write, Predicate<String> done) {
        int unknown = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (String lost : List.of("request", "reply")) {
                IntConsumer cut = lost.equals("request") ? proxy::cutAfterRequests : proxy::cutAfterReplies;
                boolean happened = true;
                for (int passing = 0; happened; passing++) {
                    assertThat(passing).isLessThan(MORE_THAN_ANY_WRITE_NEEDS);
                    String name = lost + " " + passing + " of round " + round;
                    write.accept("before " + name);
                    assertThat(done).rejects(name);
                    cut.accept(passing);
                    boolean reported = true;
                    try {
                        assertTimeoutPreemptively(LONG, () -> write.accept(name));
                    } catch (UnknownOutcomeException e) {
                        assertThat(e.retryable()).isFalse();
                        reported = false;
                        unknown++;
                    } catch (StorageException e) {
                        proxy.heal();
                        assertThat(e.retryable()).isTrue();
                        assertThat(done.test(name))
                                .as("reported as failed: " + name)
                                .isFalse();
                        reported = false;
                    }
                    happened = !proxy.cutPending();
                    proxy.heal();
                    assertThat(done.test(name) || !reported).as(name).isTrue();
                    assertThat(reported || happened)
                            .as("without a cut nothing is unknown")
                            .isTrue();
                }
            }
        }
        assertThat(unknown).as("unknown outcomes").isGreaterThanOrEqualTo(2 * ROUNDS);
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void aUnitIsWholeAndNeverReportedAsFailedWhenItWasDone(Engine engine) throws Exception {
        behindAProxy(engine, (pool, proxy) -> {
            SqlStorage storage = SqlStorage.open(pool, CATALOG);
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            cutEverywhere(
                    proxy,
                    name -> storage.run(unit -> {
                        unit.repository(Library.BOOKS).save(Library.book("a" + name));
                        unit.repository(Library.BOOKS).insert(Library.book("b" + name));
                    }),
                    name -> {
                        assertThat(books.exists("b" + name)).isEqualTo(books.exists("a" + name));
                        return books.exists("a" + name);
                    });
        });
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void aWriteThatCommitsItselfIsNeverReportedAsFailedWhenItWasDone(Engine engine) throws Exception {
        behindAProxy(engine, (pool, proxy) -> {
            Repository<Library.Book> books = SqlStorage.open(pool, CATALOG).repository(Library.BOOKS);
            cutEverywhere(proxy, name -> books.save(Library.book(name)), books::exists);
        });
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void aUnitOfAMigrationHasItsVersionExactlyWhenItHasItsRecords(Engine engine) throws Exception {
        behindAProxy(engine, (pool, proxy) -> {
            SqlStorage storage = SqlStorage.open(pool, CATALOG);
            ReplicaStore replica = storage.replica();
            replica.prepare(List.of());
            cutEverywhere(
                    proxy,
                    name -> replica.transact(unit -> {
                        unit.expect(Library.BOOKS, List.of(Key.of(name)));
                        unit.repository(Library.BOOKS).save(Library.book(name));
                        return unit.advance(Library.BOOKS, List.of(Key.of(name)), 1);
                    }),
                    name -> {
                        boolean there = storage.repository(Library.BOOKS).exists(name);
                        assertThat(replica.read(Library.BOOKS, List.of(Key.of(name)))
                                        .get(0)
                                        .version())
                                .isEqualTo(there ? new Version(1, 1) : Version.NONE);
                        return there;
                    });
        });
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void aCommitOfTheKeyValueStoreIsNeverReportedAsFailedWhenItWasDone(Engine engine) throws Exception {
        behindAProxy(engine, (pool, proxy) -> {
            SqlKeyValueStore store = SqlKeyValueStore.open(pool);
            cutEverywhere(
                    proxy,
                    name -> store.commit(List.of(), List.of(Write.put(name, new byte[1]), Write.put("b", new byte[1]))),
                    name -> store.get(name) != null);
        });
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void anOperationThatIsRunAgainAfterAnyCutHasItsEffectOnce(Engine engine) throws Exception {
        behindAProxy(engine, (pool, proxy) -> {
            SqlStorage storage = SqlStorage.open(pool, CATALOG);
            Operations operations = Operations.of(storage);
            Consumer<String> write = name -> operations.run(name, unit -> {
                unit.repository(Library.BOOKS).insert(Library.book(name));
                return true;
            });
            cutEverywhere(proxy, write, name -> {
                boolean there = storage.repository(Library.BOOKS).exists(name);
                assertThat(operations.outcome(name).isPresent()).isEqualTo(there);
                if (there) {
                    write.accept(name);
                }
                return there;
            });
        });
    }
}
