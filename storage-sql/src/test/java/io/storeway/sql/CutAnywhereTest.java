package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Key;
import io.storeway.Operations;
import io.storeway.error.StorageException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.Version;
import io.storeway.testkit.fault.TcpProxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;
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

    private static final int ROUNDS = Integer.getInteger("storeway.effort", 1);
    private static final int MORE_THAN_ANY_WRITE_NEEDS = 50;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Pattern ADDRESS = Pattern.compile("//([^:/]+):(\\d+)");
    private static final Catalog CATALOG = Catalog.of(Library.BOOKS, Library.TICKERS);

    @TempDir
    Path directory;

    private Server h2 = new Server();

    /** A write, and whether its effect is there; each is asked under a name of its own. */
    private interface Effect {
        void write(String name);

        boolean done(String name);
    }

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

    /** Cuts everywhere, and returns how many outcomes were unknown. */
    private static int cutEverywhere(TcpProxy proxy, Effect effect) {
        int unknown = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (String lost : List.of("request", "reply")) {
                IntConsumer cut = lost.equals("request") ? proxy::cutAfterRequests : proxy::cutAfterReplies;
                boolean happened = true;
                for (int passing = 0; happened; passing++) {
                    assertThat(passing).isLessThan(MORE_THAN_ANY_WRITE_NEEDS);
                    String name = lost + " " + passing + " of round " + round;
                    effect.write("before " + name);
                    assertThat(effect.done(name)).isFalse();
                    cut.accept(passing);
                    boolean done = true;
                    try {
                        assertTimeoutPreemptively(LONG, () -> effect.write(name));
                    } catch (UnknownOutcomeException e) {
                        assertThat(e.retryable()).isFalse();
                        done = false;
                        unknown++;
                    } catch (StorageException e) {
                        proxy.heal();
                        assertThat(e.retryable()).isTrue();
                        assertThat(effect.done(name))
                                .as("reported as failed: " + name)
                                .isFalse();
                        done = false;
                    }
                    happened = !proxy.cutPending();
                    proxy.heal();
                    assertThat(effect.done(name) || !done).as(name).isTrue();
                    assertThat(done || happened)
                            .as("without a cut nothing is unknown")
                            .isTrue();
                }
            }
        }
        return unknown;
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void aUnitIsWholeAndNeverReportedAsFailedWhenItWasDone(Engine engine) throws Exception {
        behindAProxy(engine, (pool, proxy) -> {
            SqlStorage storage = SqlStorage.open(pool, CATALOG);
            assertThat(cutEverywhere(proxy, new Effect() {
                        @Override
                        public void write(String name) {
                            storage.transact(unit -> {
                                unit.repository(Library.BOOKS).save(Library.book("a" + name));
                                unit.repository(Library.BOOKS).insert(Library.book("b" + name));
                                return unit;
                            });
                        }

                        @Override
                        public boolean done(String name) {
                            boolean first = storage.repository(Library.BOOKS).exists("a" + name);
                            assertThat(storage.repository(Library.BOOKS).exists("b" + name))
                                    .isEqualTo(first);
                            return first;
                        }
                    }))
                    .isGreaterThanOrEqualTo(2 * ROUNDS);
        });
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void aWriteThatCommitsItselfIsNeverReportedAsFailedWhenItWasDone(Engine engine) throws Exception {
        behindAProxy(engine, (pool, proxy) -> {
            SqlStorage storage = SqlStorage.open(pool, CATALOG);
            assertThat(cutEverywhere(proxy, new Effect() {
                        @Override
                        public void write(String name) {
                            storage.repository(Library.BOOKS).save(Library.book(name));
                        }

                        @Override
                        public boolean done(String name) {
                            return storage.repository(Library.BOOKS).exists(name);
                        }
                    }))
                    .isGreaterThanOrEqualTo(2 * ROUNDS);
        });
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void aUnitOfAMigrationHasItsVersionExactlyWhenItHasItsRecords(Engine engine) throws Exception {
        behindAProxy(engine, (pool, proxy) -> {
            SqlStorage storage = SqlStorage.open(pool, CATALOG);
            storage.replica().prepare(List.of());
            assertThat(cutEverywhere(proxy, new Effect() {
                        @Override
                        public void write(String name) {
                            List<Key> partition = List.of(Key.of(name));
                            storage.replica().transact(unit -> {
                                unit.expect(Library.BOOKS, partition);
                                unit.repository(Library.BOOKS).save(Library.book(name));
                                return unit.advance(Library.BOOKS, partition, 1);
                            });
                        }

                        @Override
                        public boolean done(String name) {
                            boolean there = storage.repository(Library.BOOKS).exists(name);
                            assertThat(storage.replica()
                                            .read(Library.BOOKS, List.of(Key.of(name)))
                                            .get(0)
                                            .version())
                                    .isEqualTo(there ? new Version(1, 1) : Version.NONE);
                            return there;
                        }
                    }))
                    .isGreaterThanOrEqualTo(2 * ROUNDS);
        });
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void aCommitOfTheKeyValueStoreIsNeverReportedAsFailedWhenItWasDone(Engine engine) throws Exception {
        behindAProxy(engine, (pool, proxy) -> {
            SqlKeyValueStore store = SqlKeyValueStore.open(pool);
            assertThat(cutEverywhere(proxy, new Effect() {
                        @Override
                        public void write(String name) {
                            store.commit(List.of(), List.of(Write.put(name, new byte[1]), Write.put("b", new byte[1])));
                        }

                        @Override
                        public boolean done(String name) {
                            return store.get(name) != null;
                        }
                    }))
                    .isGreaterThanOrEqualTo(2 * ROUNDS);
        });
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void anOperationThatIsRunAgainAfterAnyCutHasItsEffectOnce(Engine engine) throws Exception {
        behindAProxy(engine, (pool, proxy) -> {
            SqlStorage storage = SqlStorage.open(pool, CATALOG);
            Operations operations = Operations.of(storage);
            assertThat(cutEverywhere(proxy, new Effect() {
                        @Override
                        public void write(String name) {
                            operations.run(name, unit -> {
                                unit.repository(Library.BOOKS).insert(Library.book(name));
                                return true;
                            });
                        }

                        @Override
                        public boolean done(String name) {
                            boolean there = storage.repository(Library.BOOKS).exists(name);
                            assertThat(operations.outcome(name).isPresent()).isEqualTo(there);
                            if (there) {
                                write(name);
                            }
                            return there;
                        }
                    }))
                    .isGreaterThanOrEqualTo(2 * ROUNDS);
        });
    }
}
