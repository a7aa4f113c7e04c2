package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Capability;
import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.SchemaMismatchException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.spi.KeyValueStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of files and tables that are not there. */
class MissingTest {

    @TempDir
    Path folder;

    private static Storage open(String uri, Missing missing) {
        return Storages.open(uri, Library.CATALOG, Clock.systemUTC(), missing);
    }

    private static KeyValueStore openKeys(String uri, Missing missing) {
        return new SqlKeyValueStoreProvider().open("kv+" + uri, missing);
    }

    /** The database exists, and something else is in it. */
    private void begin(Engine engine) throws SQLException {
        try (var pool = engine.dataSource(folder);
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE other (n INTEGER)");
        }
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#running")
    void tablesThatAreMissingAreRefusedAndNotMade(Engine engine) throws SQLException {
        begin(engine);
        String uri = engine.uri(folder);
        for (int attempt = 1; attempt <= 2; attempt++) {
            assertThatThrownBy(() -> open(uri, Missing.REFUSE))
                    .isInstanceOf(SchemaMismatchException.class)
                    .hasMessageContaining("is missing");
        }
        assertThatThrownBy(() -> openKeys(uri, Missing.REFUSE))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("kv_store");
        open(uri, Missing.CREATE).close();
        open(uri, Missing.REFUSE).close();
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#running")
    void tablesThatAreMissingMayStayAwayForAPlan(Engine engine) throws SQLException {
        begin(engine);
        String uri = engine.uri(folder);
        try (Storage rows = open(uri, Missing.ALLOW);
                KeyValueStore keys = openKeys(uri, Missing.ALLOW)) {
            assertThat(rows.capabilities().has(Capability.WRITES)).isTrue();
            assertThat(keys.readOnly()).isFalse();
            assertThat(keys.get("any")).isNull();
            assertThat(keys.list("", null, 10).entries()).isEmpty();
        }
        assertThatThrownBy(() -> open(uri, Missing.REFUSE)).isInstanceOf(SchemaMismatchException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"SQLITE", "H2"})
    void aFileThatIsMissingIsRefusedOrStoodInForAndNotMade(Engine engine) {
        String uri = engine.uri(folder);
        assertThatThrownBy(() -> open(uri, Missing.REFUSE))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining(folder.resolve("data").toString())
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> openKeys(uri, Missing.REFUSE))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("does not exist");
        try (Storage storage = open(uri, Missing.ALLOW);
                KeyValueStore keys = openKeys(uri, Missing.ALLOW)) {
            assertThat(storage.capabilities().has(Capability.UNITS_OF_WORK)).isTrue();
            assertThat(keys.readOnly()).isFalse();
        }
        assertThat(folder).isEmptyDirectory();
        open(uri, Missing.CREATE).close();
        open(uri, Missing.REFUSE).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:sqlite::memory:", "jdbc:sqlite:file:x?mode=memory", "jdbc:h2:mem:"})
    void aDatabaseInMemoryHasNoFileToMiss(String uri) {
        assertThatThrownBy(() -> open(uri, Missing.REFUSE)).isInstanceOf(SchemaMismatchException.class);
    }

    @Test
    void aPlanLeavesTheJournalOfAFileAsItIs() throws SQLException {
        begin(Engine.SQLITE);
        String uri = Engine.SQLITE.uri(folder);
        journal(uri, "DELETE");
        open(uri, Missing.ALLOW).close();
        assertThat(journal(uri, null)).isEqualTo("delete");
    }

    private static String journal(String uri, @Nullable String mode) throws SQLException {
        try (Connection connection = DriverManager.getConnection(uri);
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("PRAGMA journal_mode" + (mode == null ? "" : "=" + mode))) {
            rows.next();
            return rows.getString(1);
        }
    }
}
