package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.error.SchemaMismatchException;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others have put where a storage looks for its tables. */
class ForeignTableTest {

    private static final Catalog CATALOG = Catalog.of(Library.BOOKS);

    @TempDir
    Path directory;

    private static void refused(HikariDataSource pool, String reason) {
        for (Missing missing : List.of(Missing.CREATE, Missing.REFUSE)) {
            assertThatExceptionOfType(SchemaMismatchException.class)
                    .isThrownBy(() -> SqlStorage.builder(pool, CATALOG)
                            .missing(missing)
                            .open()
                            .close())
                    .withMessageContaining(reason);
        }
        assertThatExceptionOfType(SchemaMismatchException.class)
                .isThrownBy(() -> SqlStorage.changes(pool, CATALOG))
                .withMessageContaining(reason);
    }

    @EachEngine
    void aViewIsRefusedAsWhatItIs(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            Engine.execute(pool, engine.sql("CREATE VIEW \"books\" AS SELECT 'i' AS \"isbn\""));
            refused(pool, "books is no table but a view");
        }
    }

    @Test
    void anythingElseOfTheNameInPostgresqlIsRefusedAsWhatItIs() throws SQLException {
        try (HikariDataSource pool = Engine.POSTGRESQL.dataSource(directory)) {
            Engine.execute(pool, "CREATE TABLE x (a int)", "CREATE INDEX books ON x (a)");
            refused(pool, "books is no table but a index");
            Engine.execute(pool, "DROP TABLE x", "CREATE SEQUENCE books");
            refused(pool, "books is no table but a sequence");
            Engine.execute(pool, "DROP SEQUENCE books", "CREATE MATERIALIZED VIEW books AS SELECT 1 AS isbn");
            refused(pool, "books is no table but a materialized view");
        }
    }

    @EachEngine
    void anIndexThatHasTheNameOfOneToBeMadeIsNamed(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            Engine.execute(
                    pool,
                    engine.sql("CREATE TABLE \"other\" (\"a\" INTEGER)"),
                    engine.sql("CREATE INDEX \"books_title_ix\" ON \"other\" (\"a\")"));
            if (engine == Engine.MARIADB) {
                SqlStorage.open(pool, CATALOG).close();
                return;
            }
            assertThatExceptionOfType(SchemaMismatchException.class)
                    .isThrownBy(() -> SqlStorage.open(pool, CATALOG))
                    .withMessageContaining("books_title_ix")
                    .withMessageContaining("already exists")
                    .withMessageContaining("rename what has the name");
        }
    }

    @Test
    void aTableInASchemaFurtherBehindIsNotHidden() throws SQLException {
        try (HikariDataSource pool = Engine.POSTGRESQL.dataSource(directory)) {
            SqlStorage.open(pool, CATALOG).close();
            SqlKeyValueStore.open(pool).close();
            Engine.execute(pool, "CREATE SCHEMA app");
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(Engine.POSTGRESQL.uri(directory) + "&currentSchema=app,public");
            try (HikariDataSource elsewhere = new HikariDataSource(config)) {
                String reason = "is in the schema public, and one made in app would hide it";
                assertThatExceptionOfType(SchemaMismatchException.class)
                        .isThrownBy(() -> SqlStorage.open(elsewhere, CATALOG))
                        .withMessageContaining("books " + reason);
                assertThatExceptionOfType(SchemaMismatchException.class)
                        .isThrownBy(() -> SqlKeyValueStore.open(elsewhere))
                        .withMessageContaining("kv_store " + reason);
                for (SchemaChange change :
                        SqlStorage.changes(elsewhere, CATALOG).changes()) {
                    Engine.execute(elsewhere, change.statements().toArray(String[]::new));
                }
                SqlStorage.open(elsewhere, CATALOG).close();
            }
        }
    }

    @Test
    void aSearchPathThatLeadsNowhereIsRefused() throws SQLException {
        try (HikariDataSource pool = Engine.POSTGRESQL.dataSource(directory)) {
            SqlStorage.open(pool, CATALOG).close();
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(Engine.POSTGRESQL.uri(directory) + "&currentSchema=nowhere");
            try (HikariDataSource nowhere = new HikariDataSource(config)) {
                refused(nowhere, "no schema of the search_path is there");
            }
        }
    }

    @EachEngine
    void aKeyValueTableThatIsNoneIsRefused(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            String rest =
                    "\"metadata\" VARCHAR(9), \"expiration\" BIGINT, \"created_at\" BIGINT, \"updated_at\" BIGINT,"
                            + " \"version\" BIGINT, \"tenant\" INTEGER NOT NULL)";
            Engine.execute(
                    pool, engine.sql("CREATE TABLE \"kv_store\" (\"key\" VARCHAR(9), \"value\" VARCHAR(9), " + rest));
            assertThatExceptionOfType(SchemaMismatchException.class)
                    .isThrownBy(() -> SqlKeyValueStore.open(pool))
                    .withMessageContaining("kv_store.key is not the primary key")
                    .withMessageContaining("kv_store.tenant is NOT NULL without a default")
                    .satisfies(refused -> assertThat(refused.differences())
                            .anyMatch(difference -> difference.contains("NOT NULL"))
                            .filteredOn(difference -> difference.startsWith("column kv_store.key has the type"))
                            .hasSize(engine == Engine.SQLITE ? 0 : 1));
        }
    }

    @EachEngine
    void aKeyValueTableThatIsMadeByHandIsTaken(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            for (SchemaChange change :
                    SqlKeyValueStore.changes(pool, "kv_store").changes()) {
                Engine.execute(pool, change.statements().toArray(String[]::new));
            }
            Engine.execute(pool, engine.sql("ALTER TABLE \"kv_store\" ADD COLUMN \"note\" INTEGER DEFAULT 7"));
            try (SqlKeyValueStore store = SqlKeyValueStore.open(pool)) {
                store.commit(List.of(), List.of(Write.put("k", new byte[3])));
                assertThat(store.get("k")).isNotNull();
            }
        }
    }
}
