package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.storeway.examples.BundledData;
import io.storeway.kv.KeyValueStores;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.engine.Engines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real data through each pair of kinds of storage, by the command; the last side is compared with the dump. */
class PairsTest {

    @TempDir
    Path folder;

    private Path catalog = Path.of("");
    private String dump = "";

    @BeforeEach
    void copyData() throws IOException {
        catalog = BundledData.FEARGREED_CATALOG.copyTo(folder);
        dump = "ndjson:" + BundledData.FEARGREED_1K.copyTo(folder);
    }

    private Cli run(String command, String from, String to, Object... more) {
        List<Object> all = new ArrayList<>(
                List.of(command, "--catalog", catalog, "--from", from, "--to", to, "--at", BundledData.DUMPED_AT));
        all.addAll(List.of(more));
        return Cli.run(all.toArray());
    }

    private void moved(String from, String to) {
        Cli migrated = run("migrate", from, to);
        assertThat(migrated.exit()).as(migrated.err()).isIn(ExitCode.CLEAN, ExitCode.DIFFERENCES);
        equal(from, to);
    }

    private void equal(String from, String to) {
        Cli verified = run("verify", from, to);
        assertThat(verified.exit()).as(verified.out() + verified.err()).isEqualTo(ExitCode.CLEAN);
    }

    private static Map<String, String> content(String uri) {
        Map<String, String> content = new TreeMap<>();
        try (KeyValueStore store = KeyValueStores.open(uri)) {
            @Nullable String cursor = null;
            do {
                KeyValueStore.Listing page = store.list("", cursor, 500);
                page.entries().stream()
                        .filter(entry -> !entry.key().startsWith("__storeway"))
                        .forEach(entry -> content.put(
                                entry.key(),
                                new String(entry.value(), StandardCharsets.UTF_8) + " " + entry.expiresAt()));
                cursor = page.next();
            } while (cursor != null);
        }
        return content;
    }

    @Test
    void blobsBecomeRowsOfAKeyValueTableAndOfAnotherStore() throws IOException {
        String table = "kv+jdbc:sqlite:" + folder.resolve("kv.db");
        String file = "mvstore:" + folder.resolve("kv.mv");
        moved(dump, table);
        moved(table, file);
        equal(dump, file);
        Map<String, String> before = content(dump);
        Map<String, String> after = content(file);
        // The layout keeps the ids of this list as text.
        after.remove("chat_ids");
        assertThat(after).hasSizeGreaterThan(900);
        ObjectMapper json = new ObjectMapper();
        for (Map.Entry<String, String> entry : after.entrySet()) {
            assertThat(json.readTree(entry.getValue()))
                    .as(entry.getKey())
                    .isEqualTo(json.readTree(before.getOrDefault(entry.getKey(), "")));
        }
    }

    @Test
    void rowsGoFromSqliteToPostgresqlAndBackAndToBlobsAgain() {
        String sqlite = "jdbc:sqlite:" + folder.resolve("a.db");
        String postgres = Engines.postgres().newDatabase();
        String again = "jdbc:sqlite:" + folder.resolve("b.db");
        String blobs = "mvstore:" + folder.resolve("back.mv");
        moved(dump, sqlite);
        moved(sqlite, postgres);
        moved(postgres, again);
        moved(again, blobs);
        equal(dump, blobs);
    }

    @Test
    void aScriptForSqliteAndD1GivesWhatTheMigrationGives() throws IOException, SQLException {
        for (String dialect : List.of("sqlite", "d1")) {
            Path script = folder.resolve(dialect + ".sql");
            Cli run = run("migrate", dump, "sql-file:" + script + "?dialect=" + dialect, "--verify");
            assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.DIFFERENCES);
            String url = "jdbc:sqlite:" + folder.resolve(dialect + ".db");
            apply(url, Files.readString(script));
            equal(dump, url);
            apply(url, Files.readString(script));
            equal(dump, url);
        }
        assertThat(folder.resolve("d1.sql")).content().doesNotContain("BEGIN", "COMMIT;");
    }

    @Test
    void aScriptForPostgresqlGivesWhatTheMigrationGives() throws IOException, SQLException {
        Path script = folder.resolve("pg.sql");
        Cli run = run("migrate", dump, "sql-file:" + script + "?dialect=postgresql");
        assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.DIFFERENCES);
        String url = Engines.postgres().newDatabase();
        apply(url, Files.readString(script));
        apply(url, Files.readString(script));
        equal(dump, url);
    }

    private static void apply(String url, String script) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            if (url.startsWith("jdbc:sqlite:")) {
                statement.execute("PRAGMA foreign_keys = ON");
                statement.executeUpdate(script);
            } else {
                statement.execute(script);
            }
        }
    }

    @Test
    void aScriptThatCannotBeWrittenIsRefusedBeforeAnything() {
        Cli noDialect = run("migrate", dump, "sql-file:" + folder.resolve("a.sql"));
        assertThat(noDialect.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(noDialect.err()).contains("?dialect=sqlite");
        Cli unknown = run("migrate", dump, "sql-file:" + folder.resolve("a.sql") + "?dialect=oracle");
        assertThat(unknown.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(unknown.err()).contains("oracle", "sqlite, postgresql, d1");
        Cli nowhere = run("migrate", dump, "sql-file:" + folder.resolve("no/a.sql") + "?dialect=d1");
        assertThat(nowhere.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(nowhere.err()).contains("no such file or folder");
        Cli verify = run("verify", dump, "sql-file:" + folder.resolve("a.sql") + "?dialect=d1");
        assertThat(verify.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(verify.err()).contains("migrate alone");
        assertThat(folder.resolve("a.sql")).doesNotExist();
    }
}
