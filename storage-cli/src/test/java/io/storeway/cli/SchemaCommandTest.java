package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaCommandTest {

    private static final String CATALOG = """
            types:
              notes:
                key: [id]
                fields:
                  id: text
                  text: text
                key-value: {key: "note:{id}", blob: object}
            """;

    @TempDir
    Path folder;

    private Path catalog = Path.of("");
    private String uri = "";

    @BeforeEach
    void createTables() throws IOException {
        catalog = Files.writeString(folder.resolve("catalog.yaml"), CATALOG);
        uri = "jdbc:sqlite:" + folder.resolve("notes.db");
        Path dump = Files.writeString(folder.resolve("dump.ndjson"), "");
        assertThat(Cli.run("migrate", "--catalog", catalog, "--from", "ndjson:" + dump, "--to", uri)
                        .exit())
                .isEqualTo(ExitCode.CLEAN);
    }

    private Cli schema(Object... more) {
        Object[] arguments = new Object[5 + more.length];
        System.arraycopy(new Object[] {"schema", "--catalog", catalog, "--to", uri}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return Cli.run(arguments);
    }

    @Test
    void tablesAsDeclaredGiveNoScript() {
        Cli run = schema("--flyway", folder.resolve("migrations"));
        assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.CLEAN);
        assertThat(run.out()).startsWith("-- ");
        assertThat(folder.resolve("migrations")).doesNotExist();
    }

    @Test
    void aRenamedAndAnAddedFieldGiveAScriptAndFlywayFiles() throws IOException {
        Files.writeString(
                catalog,
                CATALOG.replace(
                        "text: text",
                        "body: {type: text, formerly-at: text, former-column: text}\n      stars: {type: integer, default: \"3\"}"));
        Cli run = schema("--flyway", folder.resolve("migrations"), "--flyway-version", "2");
        assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(run.out())
                .contains(
                        "-- STANDSTILL",
                        "RENAME COLUMN \"text\" TO \"body\";",
                        "ADD COLUMN \"stars\" INTEGER DEFAULT 3");
        Path file = folder.resolve("migrations").resolve("V2_2__storeway_standstill.sql");
        assertThat(run.err()).contains("Written: " + file);
        assertThat(Files.readString(file)).contains("RENAME COLUMN");
    }

    @Test
    void theTablesOfStorewayItselfHaveAScriptToo() throws IOException {
        String fresh = "jdbc:sqlite:" + folder.resolve("fresh.db");
        Cli run = Cli.run(
                "schema",
                "--internal",
                "--to",
                fresh,
                "--flyway",
                folder.resolve("migrations"),
                "--flyway-version",
                "1");
        assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(Files.readString(folder.resolve("migrations").resolve("V1_1__storeway_expand.sql")))
                .contains(
                        "CREATE TABLE \"storeway_stage\"",
                        "CREATE TABLE \"storeway_mark\"",
                        "CREATE TABLE \"storeway_backfill\"",
                        "CREATE TABLE \"storeway_partition\"",
                        "CREATE TABLE \"storeway_operation\"");
        Cli keys = Cli.run("schema", "--internal", "--to", "kv+" + fresh);
        assertThat(keys.exit()).as(keys.err()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(keys.out()).contains("CREATE TABLE \"kv_store\"");
    }

    @Test
    void tablesAreAskedForEitherByACatalogOrAsStorewaysOwn() {
        assertThat(schema("--internal").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(Cli.run("schema", "--to", uri).exit()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aScriptThatIsThereAlreadyIsNamedAndNotReplaced() {
        Object[] words = {"--flyway", folder.resolve("again"), "--flyway-version", "1"};
        uri = "jdbc:sqlite:" + folder.resolve("none.db");
        assertThat(schema(words).exit()).isEqualTo(ExitCode.DIFFERENCES);
        Cli run = schema(words);
        assertThat(run.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("V1_1__storeway_expand.sql: it is there already");
    }

    @Test
    void aUriThatIsNoDatabaseIsRefused() {
        uri = "memory:";
        Cli run = schema();
        assertThat(run.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("jdbc:sqlite:FILE").doesNotContain("Exception");
    }
}
