package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Operations;
import io.storeway.Storage;
import io.storeway.error.SchemaMismatchException;
import io.storeway.kv.KvStorage;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.spi.KeyValueStore;
import io.storeway.sql.SqlKeyValueStore;
import io.storeway.sql.SqlStorage;
import io.storeway.testkit.engine.Engines;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A team whose application may not create tables: Flyway makes them, and the application only works with them. */
@Tag("slow")
class FlywayTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final String KEYS = "kv_store";

    /** A database in which the owner makes tables, and an application that the database itself keeps from it where it can. */
    enum Engine {
        SQLITE {
            @Override
            String uri(Path folder) {
                return "jdbc:sqlite:" + folder.resolve("app.db") + "?journal_mode=WAL&busy_timeout=10000";
            }
        },
        H2 {
            @Override
            String uri(Path folder) {
                return "jdbc:h2:file:" + folder.resolve("app") + ";WRITE_DELAY=0";
            }

            @Override
            List<String> grants(String user) {
                return List.of(
                        "CREATE USER " + user + " PASSWORD ''",
                        "GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA PUBLIC TO " + user);
            }
        },
        POSTGRESQL {
            @Override
            String uri(Path folder) {
                return Engines.postgres().newDatabase();
            }

            @Override
            List<String> grants(String user) {
                return List.of(
                        "CREATE ROLE " + user + " LOGIN",
                        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + user);
            }
        };

        abstract String uri(Path folder);

        /** What lets a user work with rows and nothing else; none where the engine knows no users. */
        List<String> grants(String user) {
            return List.of();
        }

        /** The URI for another user. */
        String as(String uri, String user) {
            return switch (this) {
                case SQLITE -> uri;
                case H2 -> uri.replace(";WRITE_DELAY=0", ";USER=" + user);
                case POSTGRESQL -> uri.replaceFirst("user=[^&]*", "user=" + user);
            };
        }
    }

    @TempDir
    Path folder;

    private static HikariDataSource pool(String uri) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(uri);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    private static void execute(DataSource database, List<String> statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** A number that SQLite raises with every statement that changes the schema. */
    private static int schemaVersion(DataSource sqlite) throws SQLException {
        try (Connection connection = sqlite.getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("PRAGMA schema_version")) {
            found.next();
            return found.getInt(1);
        }
    }

    private int flyway(DataSource owner, Path scripts) throws IOException {
        SqlStorage.changes(owner, CATALOG).writeFlyway(scripts, "1");
        SqlStorage.changes(owner, Catalog.internal()).writeFlyway(scripts, "2");
        SqlKeyValueStore.changes(owner, KEYS).writeFlyway(scripts, "3");
        return Flyway.configure()
                .dataSource(owner)
                .locations("filesystem:" + scripts)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate()
                .migrationsExecuted;
    }

    @ParameterizedTest
    @EnumSource
    void aMigrationRunsFromEndToEndInTablesThatFlywayHasMade(Engine engine) throws IOException, SQLException {
        String uri = engine.uri(folder);
        String user = "app_" + Long.toHexString(System.nanoTime());
        try (HikariDataSource owner = pool(uri)) {
            assertThat(flyway(owner, folder.resolve("scripts"))).isEqualTo(3);
            assertThat(SqlStorage.changes(owner, Catalog.internal()).changes()).isEmpty();
            assertThat(SqlKeyValueStore.changes(owner, KEYS).changes()).isEmpty();
            execute(owner, engine.grants(user));
            int schema = engine == Engine.SQLITE ? schemaVersion(owner) : 0;
            try (HikariDataSource pool = pool(engine.as(uri, user))) {
                if (engine != Engine.SQLITE) {
                    assertThatExceptionOfType(SQLException.class)
                            .isThrownBy(() -> execute(pool, List.of("CREATE TABLE forbidden (id INTEGER)")));
                }
                migrate(pool);
            }
            if (engine == Engine.SQLITE) {
                assertThat(schemaVersion(owner)).isEqualTo(schema);
            }
        }
    }

    private static void migrate(DataSource pool) {
        KeyValueStore keys = SqlKeyValueStore.open(pool, KEYS, Clock.systemUTC(), Missing.REFUSE);
        try (Storage old = KvStorage.open(keys, CATALOG);
                Storage fresh = SqlStorage.builder(pool, CATALOG)
                        .missing(Missing.REFUSE)
                        .open();
                RoutedStorage routed = RoutedStorage.between(old, fresh)
                        .controlledBy(fresh)
                        .followers(0)
                        .shadowComparisons(0)
                        .stepwise(time -> {})
                        .open()) {
            fresh.replica().prepare(Catalog.internal().types());
            for (int i = 0; i < 10; i++) {
                old.repository(MovesTest.ENTRIES).save(new Entry("o" + i % 3, "n" + i, i));
            }
            Moves.to(routed, Stage.DUAL_WRITE);
            routed.repository(MovesTest.ENTRIES).insert(new Entry("o1", "live", 1));
            routed.repository(MovesTest.ENTRIES).delete("o2", "n2");
            Moves.to(routed, Stage.COMPLETE);
            Operations.of(fresh).run("once", unit -> {
                unit.repository(MovesTest.ENTRIES).save(new Entry("o1", "after", 1));
                return unit;
            });
            assertThat(fresh.repository(MovesTest.ENTRIES).all().allowScan().list())
                    .extracting(Entry::name)
                    .containsExactlyInAnyOrder("n0", "n1", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "live", "after");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTableThatNobodyHasMadeIsNamedAndNotMade(Engine engine) throws SQLException, IOException {
        try (HikariDataSource owner = pool(engine.uri(folder))) {
            assertThatExceptionOfType(SchemaMismatchException.class)
                    .isThrownBy(() -> SqlKeyValueStore.open(owner, KEYS, Clock.systemUTC(), Missing.REFUSE))
                    .withMessageContaining("table kv_store is missing; create it: CREATE TABLE");
            SqlStorage.open(owner, CATALOG).close();
            try (Storage storage =
                    SqlStorage.builder(owner, CATALOG).missing(Missing.REFUSE).open()) {
                assertThatExceptionOfType(SchemaMismatchException.class)
                        .isThrownBy(() -> Operations.of(storage))
                        .withMessageContaining("table storeway_operation is missing")
                        .withMessageContaining("Catalog.internal()");
                assertThatExceptionOfType(SchemaMismatchException.class)
                        .isThrownBy(() -> storage.replica().transact(unit -> unit))
                        .withMessageContaining("table storeway_partition is missing")
                        .withMessageContaining("table storeway_residue is missing");
            }
            assertThat(flyway(owner, folder.resolve("scripts")))
                    .as("nothing was made")
                    .isEqualTo(2);
        }
    }
}
