package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {

    private static final String CATALOG = """
            types:
              notes:
                key: [id]
                fields:
                  id: text
                  text: text
                  stars: {type: integer, nullable: true}
                key-value: {key: "note:{id}", blob: object}
            """;

    @TempDir
    Path folder;

    private Path catalog = Path.of("");

    @BeforeEach
    void writeCatalog() throws IOException {
        catalog = write("catalog.yaml", CATALOG);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Cli migrate(String from) {
        return migrate(from, catalog);
    }

    private Cli migrate(String from, Path described) {
        return Cli.run(
                "migrate", "--catalog", described, "--from", from, "--to", "jdbc:sqlite:" + folder.resolve("out.db"));
    }

    private Cli between(String from, String to) {
        return Cli.run("migrate", "--catalog", catalog, "--from", from, "--to", to);
    }

    private static void failed(Cli run, String... parts) {
        assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains(parts).doesNotContain("Exception", "\tat ");
        assertThat(run.err().strip().lines()).as("one message").hasSize(1);
    }

    private static void misused(Cli run, String... parts) {
        assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(parts).doesNotContain("Exception", "\tat ");
    }

    @Test
    void aTypeThatTheCatalogLacksChoosesNoResidue() {
        String target = "jdbc:sqlite:" + folder.resolve("out.db");
        misused(
                Cli.run("errors", "accept", "--catalog", catalog, "--to", target, "--reason", "r", "--type", "note"),
                "--type note is not in the catalog, which has: notes");
        misused(
                Cli.run(
                        "errors",
                        "export",
                        "--catalog",
                        catalog,
                        "--to",
                        target,
                        "--type",
                        "x",
                        "--file",
                        folder.resolve("items.ndjson")),
                "--type x is not in the catalog, which has: notes");
        assertThat(folder.resolve("out.db")).doesNotExist();
    }

    @Test
    void theListsOfCommandsHaveWholeSentences() {
        for (Cli help : List.of(Cli.run("--help"), Cli.run("errors", "--help"))) {
            String list = help.out().substring(help.out().indexOf("Commands:")).split("\\R\\s*\\R", 2)[0];
            String[] entries = list.strip().split("\\R  (?=[a-z])");
            assertThat(entries).hasSizeGreaterThan(4);
            assertThat(entries[0]).isEqualTo("Commands:");
            for (int i = 1; i < entries.length; i++) {
                assertThat(entries[i].strip()).endsWith(".");
            }
        }
    }

    @Test
    void aPlanMakesNeitherAFileNorATable() throws Exception {
        Path dump = write("dump.ndjson", "{\"key\":\"note:1\",\"value\":\"{\\\"text\\\":\\\"x\\\"}\"}\n");
        Path there = folder.resolve("there.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + there);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE other (n INTEGER)");
        }
        byte[] before = Files.readAllBytes(there);
        for (String target : new String[] {
            "jdbc:sqlite:" + there, "jdbc:h2:" + folder.resolve("h"), "mvstore:" + folder.resolve("m.mv")
        }) {
            Cli plan = Cli.run("plan", "--catalog", catalog, "--from", "ndjson:" + dump, "--to", target);
            assertThat(plan.exit()).as(plan.err()).isZero();
            assertThat(plan.out()).contains("estimated time");
        }
        Cli script = Cli.run("schema", "--catalog", catalog, "--to", "jdbc:sqlite:" + folder.resolve("s.db"));
        assertThat(script.out()).contains("CREATE TABLE \"notes\"");
        assertThat(there).hasBinaryContent(before);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("catalog.yaml", "dump.ndjson", "there.db");
    }

    /** A mistyped name must not become an empty storage that a migration copies in a moment. */
    @Test
    void aSourceOrTargetThatIsNotThereIsNamedAndNotMade() {
        for (String source : new String[] {
            "mvstore:" + folder.resolve("typo"),
            "jdbc:sqlite:" + folder.resolve("typo"),
            "kv+jdbc:sqlite:" + folder.resolve("typo")
        }) {
            failed(migrate(source), "--from " + source, "typo does not exist");
            failed(
                    Cli.run(
                            "backup",
                            "--from",
                            "mvstore:" + folder.resolve("typo"),
                            "--to",
                            folder.resolve("b.ndjson")),
                    "typo does not exist");
        }
        for (String command : new String[] {"verify", "explain"}) {
            List<Object> words = new ArrayList<>(List.of(
                    command,
                    "--catalog",
                    catalog,
                    "--from",
                    "memory:",
                    "--to",
                    "jdbc:sqlite:" + folder.resolve("typo")));
            if (command.equals("explain")) {
                words.addAll(List.of("--type", "notes", "1"));
            }
            failed(Cli.run(words.toArray()), "--to", "typo does not exist");
        }
        failed(
                Cli.run("errors", "list", "--catalog", catalog, "--to", "mvstore:" + folder.resolve("typo")),
                "--to",
                "typo does not exist");
        assertThat(folder.resolve("typo")).doesNotExist();
    }

    @Test
    void aCommandThatCannotBeginMakesNothing() throws IOException {
        Path dump = write("dump.ndjson", "{\"key\":\"note:1\",\"value\":\"x\"}\n");
        Path typo = folder.resolve("typo");
        Path target = folder.resolve("new.db");
        failed(between("mvstore:" + typo, "jdbc:sqlite:" + target), "--from mvstore:" + typo, "does not exist");
        assertThat(target).doesNotExist();
        for (String command :
                List.of("repair", "verify --continuous --max-duration PT1S", "errors retry", "errors accept")) {
            List<Object> words = new ArrayList<>(List.of(command.split(" ")));
            words.addAll(List.of("--catalog", catalog, "--to", "jdbc:sqlite:" + typo));
            words.addAll(command.endsWith("accept") ? List.of("--reason", "old") : List.of("--from", "ndjson:" + dump));
            failed(Cli.run(words.toArray()), "--to jdbc:sqlite:" + typo, "does not exist");
        }
        failed(
                Cli.run("import", "--from", "ndjson:" + dump, "--from", "ndjson:" + target, "--to", "mvstore:" + typo),
                target + " does not exist");
        assertThat(typo).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:hidden@localhost:1/x",
                "redis://user:hid/hidden@localhost:1/0",
                "redis://user:hid?hidden@localhost:1",
                "redis://user:hid@hidden@localhost:1",
                "redis://user:hid;hidden@localhost:1",
                "jdbc:postgresql://localhost:1/db?user=a&password=hid@hidden",
                "jdbc:other://a:hidden@localhost:1/db?password=hidden",
                "jdbc:h2:tcp://localhost:1/db;PASSWORD=hid@hidden"
            })
    void aUriIsShownWithoutItsPassword(String uri) throws IOException {
        Path dump = write("dump.ndjson", "{\"key\":\"note:1\",\"value\":\"x\"}\n");
        for (Cli run : List.of(
                Cli.run("verify", "--catalog", catalog, "--from", "ndjson:" + dump, "--to", uri),
                Cli.run("import", "--from", "ndjson:" + dump, "--to", uri),
                Cli.run("import", "--from", uri, "--to", "mvstore:" + folder.resolve("m.mv")))) {
            assertThat(run.exit()).isNotZero();
            assertThat(run.out() + run.err()).isNotBlank().doesNotContain("hid");
        }
    }

    @Test
    void controlCharactersInDataDoNotReachTheTerminal() throws IOException {
        Path dump = write("dump.ndjson", """
                {"key":"note:1","value":"no\\nJSON \\u001b[2J\\u202e"}
                {"key":"note:2","value":"{\\"text\\":\\"x\\",\\"\\\\u001b[2J\\":1}"}
                {"key":"\\u001b[2J","value":""}
                """);
        String target = "jdbc:sqlite:" + folder.resolve("data.db");
        Cli plan = Cli.run("plan", "--catalog", catalog, "--from", "ndjson:" + dump, "--to", target);
        assertThat(plan.out()).contains("not covered", "not carried").doesNotContain("\u001b");
        assertThat(between("ndjson:" + dump, target).out()).doesNotContain("\u001b");
        Cli list = Cli.run("errors", "list", "--payload", "--catalog", catalog, "--to", target);
        assertThat(list.out().lines()).hasSize(1);
        assertThat(list.out()).contains("JSON").doesNotContain("\u001b", "\u202e");
    }

    @Test
    void aMistypedCommandIsAnsweredWithTheOnesThatAreLikeIt() {
        misused(Cli.run("migrat"), "migrat", "migrate");
    }

    @Test
    void aMistypedOptionIsNamedRatherThanTheOneThatIsMissing() {
        misused(
                Cli.run("migrate", "--catlog", catalog, "--from", "memory:", "--to", "memory:"),
                "Unknown option: '--catlog'",
                "--catalog");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stage advence --from redis://u:hunter2@h",
                "migrate --form redis://u:hunter2@h --catalog c --from memory: --to memory:",
                "migrate --form=jdbc:postgresql://h/db?password=hunter2",
                "migrate jdbc:h2:file:db;PASSWORD=hunter2 --catalog c --from memory: --to memory:"
            })
    void aMistypedCommandOrOptionIsToldWithoutThePasswordBehindIt(String line) {
        Cli run = Cli.run((Object[]) line.split(" ", -1));
        misused(run, "See: storeway");
        assertThat(run.err()).containsPattern("Unmatched|Unknown").doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            migrate | --max-duration | 10 | 10 is not a duration such as PT10M
            verify  | --sample       | 0  | --sample must be more than 0 and at most 100
            verify  | --plant        | 0  | --plant must be from 1 to 100
            """)
    void aNumberOutOfItsBoundsIsMisuse(String command, String option, String value, String message) {
        misused(Cli.run(command, "--catalog", catalog, "--from", "memory:", "--to", "memory:", option, value), message);
    }

    @Test
    void aFileThatIsNoCatalogIsToldApart() throws IOException {
        failed(migrate("memory:", folder), "can't be read; check that it is a file");
        failed(
                migrate("memory:", write("empty.yaml", "")),
                "empty.yaml",
                "it is empty; the first member must be types");
        failed(migrate("memory:", write("other.json", "{}")), "other.json", "the member types is missing");
        failed(
                migrate("memory:", Files.write(folder.resolve("b.yaml"), new byte[] {(byte) 0xc3, 0x28})),
                "b.yaml: it is not UTF-8 text");
    }

    @Test
    void aDumpIsNoTarget() {
        failed(
                between("memory:", "ndjson:" + folder.resolve("out.ndjson")),
                "--to",
                "out.ndjson does not exist, and a dump can only be read here; a backup writes one");
    }

    @Test
    void aRelativePathThatH2RefusesIsExplained() {
        failed(
                between("memory:", "jdbc:h2:app"),
                "--to jdbc:h2:app",
                "H2 takes a relative path only if it begins with ./ or ~/");
    }

    /** An interrupted download often leaves one. */
    @Test
    void anEmptyFileThatShouldBeCompressedIsCutOff() throws IOException {
        Path dump = write("dump.ndjson.gz", "");
        failed(migrate("ndjson:" + dump), "dump.ndjson.gz line 1", "the gzip file ends too early");
        Files.write(dump, new byte[] {0x1f, (byte) 0x8b, 8});
        failed(migrate("ndjson:" + dump), "dump.ndjson.gz line 1", "the gzip file ends too early");
        assertThat(migrate("ndjson:" + write("dump.ndjson", "")).exit()).isZero();
    }

    @Test
    void aTruncatedDumpIsNamedWithItsLine() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < 5_000; i++) {
                gzip.write("{\"key\":\"note:%05d\",\"value\":\"{\\\"text\\\":\\\"%x\\\"}\"}\n"
                        .formatted(i, i * 7_919L)
                        .getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] whole = bytes.toByteArray();
        Path dump = folder.resolve("dump.ndjson.gz");
        Files.write(dump, Arrays.copyOf(whole, whole.length / 2));
        failed(
                Cli.run("import", "--from", "ndjson:" + dump, "--to", "mvstore:" + folder.resolve("a.mv")),
                "dump.ndjson.gz",
                "line");
        failed(migrate("ndjson:" + dump), "dump.ndjson.gz", "line");
    }

    @Test
    void aLineThatIsNotJsonIsNamed() throws IOException {
        Path dump = write("dump.ndjson", "{\"key\":\"note:1\",\"value\":\"{}\"}\nnot JSON\n");
        failed(
                Cli.run("import", "--from", "ndjson:" + dump, "--to", "mvstore:" + folder.resolve("a.mv")),
                "dump.ndjson",
                "line 2");
    }

    @Test
    void aKeyThatComesTwiceIsNamedWithItsLine() throws IOException {
        String line = "{\"key\":\"note:1\",\"value\":\"{}\"}\n";
        failed(migrate("ndjson:" + write("dump.ndjson", line + line)), "dump.ndjson", "line 2");
    }

    @Test
    void valuesThatAreNoRecordsBecomeResidueWhileOthersLoad() throws IOException {
        Path dump = write("dump.ndjson", """
                {"key":"note:a","value":"{\\"text\\":\\"good\\",\\"stars\\":3}"}
                {"key":"note:b","value":"not JSON"}
                {"key":"note:c","value":"{\\"text\\":7}"}
                {"key":"note:d","value":"{\\"stars\\":1}"}
                {"key":"note:e","value":"{\\"text\\":\\"x\\",\\"stars\\":\\"many\\"}"}
                """);
        Cli run = migrate("ndjson:" + dump);
        assertThat(run.exit()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(run.out()).contains("residue, notes: 3 items refused by INVALID", "NOT_NULL notes_text_nn");
        Cli errors = Cli.run(
                "errors", "list", "--catalog", catalog, "--to", "jdbc:sqlite:" + folder.resolve("out.db"), "--payload");
        assertThat(errors.exit()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(errors.out().lines())
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).startsWith("notes\tb\t").endsWith("not JSON"));
        Cli status = Cli.run("status", "--catalog", catalog, "--to", "jdbc:sqlite:" + folder.resolve("out.db"));
        assertThat(status.exit()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(status.out()).contains("done with residue");
    }

    @Test
    void aTargetThatNeverSawAMigrationIsIncompleteAndLeftAlone() {
        Cli status = Cli.run("status", "--catalog", catalog, "--to", "jdbc:sqlite:" + folder.resolve("new.db"));
        assertThat(status.exit()).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(status.out()).contains("not started");
        assertThat(folder.resolve("new.db")).doesNotExist();
    }

    @Test
    void aMissingCatalogIsNamed() {
        failed(
                Cli.run("plan", "--catalog", folder.resolve("none.yaml"), "--from", "memory:", "--to", "memory:"),
                "none.yaml",
                "no such file");
    }

    @Test
    void aUriInPlaceOfACatalogIsNotRepeated() {
        Cli run = Cli.run("plan", "--catalog", "redis://ann:secret@host/0", "--from", "memory:", "--to", "memory:");
        failed(run, "The catalog is given as a URI");
        assertThat(run.err() + run.out()).doesNotContain("secret");
    }

    @Test
    void anUnknownFieldNameInACatalogIsNamedWithWhatThereIs() throws IOException {
        catalog = write("catalog.yaml", CATALOG.replace("key: [id]", "key: [ident]"));
        failed(migrate("memory:"), "catalog.yaml", "types.notes", "ident", "id, text, stars");
    }

    @Test
    void anUnknownMemberOfACatalogIsNamedWithItsLineAndWhatIsAllowed() throws IOException {
        catalog = write("catalog.yaml", CATALOG.replace("nullable: true", "nulable: true"));
        failed(migrate("memory:"), "catalog.yaml", "line 7", "nulable", "nullable");
    }

    @Test
    void aTabInACatalogIsNamed() throws IOException {
        catalog = write("catalog.yaml", CATALOG.replace("    key: [id]", "\tkey: [id]"));
        failed(migrate("memory:"), "catalog.yaml", "line 2", "(TAB)");
    }

    @Test
    void aReferenceToATypeThatIsNotThereIsNamedWhereItStands() throws IOException {
        catalog = write(
                "catalog.yaml",
                CATALOG.replace(
                        "    key: [id]",
                        "    key: [id]\n    references: [{field: text, to: note, on-delete: cascade}]"));
        failed(migrate("memory:"), "types.notes: references: there is no type note to refer to; there are notes");
    }

    @Test
    void anUnknownFieldTypeIsAnErrorThatListsTheKnownOnes() throws IOException {
        catalog = write("catalog.yaml", CATALOG.replace("type: integer", "type: int"));
        failed(migrate("memory:"), "types.notes", "fields.stars", "int is not a type", "integer");
    }

    @Test
    void aMissingDumpIsNamed() {
        failed(migrate("ndjson:" + folder.resolve("none.ndjson")), "none.ndjson");
    }

    @Test
    void anUnwritableTargetIsNamed() throws IOException {
        Path dump = write("dump.ndjson", "{\"key\":\"note:1\",\"value\":\"{\\\"text\\\":\\\"x\\\"}\"}\n");
        Path file = write("file", "");
        failed(between("ndjson:" + dump, "jdbc:sqlite:" + file.resolve("out.db")), "--to jdbc:sqlite:", "out.db");
        failed(
                Cli.run("import", "--from", "ndjson:" + dump, "--to", "mvstore:" + file.resolve("a.mv")),
                "create it first");
        failed(
                Cli.run(
                        "migrate",
                        "--catalog",
                        catalog,
                        "--from",
                        "ndjson:" + dump,
                        "--to",
                        "memory:",
                        "--report",
                        folder.resolve("none/report.html")),
                "none",
                "no such file or folder");
    }

    @Test
    void aTargetThatIsTheSourceIsRefused() {
        String both = "kv+jdbc:sqlite:" + folder.resolve("both.db");
        assertThat(between("memory:", both).exit()).isEqualTo(ExitCode.CLEAN);
        failed(between(both, both), "The source and the target are the same data");
    }

    @Test
    void aReadOnlyTargetIsRefused() throws IOException {
        Path dump = write("dump.ndjson", "{\"key\":\"note:1\",\"value\":\"{\\\"text\\\":\\\"x\\\"}\"}\n");
        failed(Cli.run("migrate", "--catalog", catalog, "--from", "memory:", "--to", "ndjson:" + dump), "read-only");
    }

    @Test
    void anUnknownSchemeIsAnsweredWithTheKnownOnes() {
        failed(migrate("mongodb://host"), "mongodb:", "mvstore:", "jdbc:sqlite:");
    }

    @Test
    void aMisspeltOptionOrCommandIsUsage() {
        misused(
                Cli.run("plan", "--catalog", catalog, "--from", "memory:", "--to", "memory:", "--catlog", "x"),
                "--catlog");
        misused(Cli.run("migrate", "--catalog", catalog), "--from");
        misused(Cli.run("demonstrate"), "demonstrate");
        misused(Cli.run(), "storeway demo");
        misused(Cli.run("import", "--from", "dump.ndjson", "--to", "mvstore:x"), "ndjson:");
        misused(Cli.run("plan", "--catalog", catalog, "--from", "memory:", "--to", "memory:", "--at", "noon"), "--at");
    }

    @Test
    void theStackTraceIsShownOnRequest() {
        Cli run = Cli.run(
                "plan",
                "--stacktrace",
                "--catalog",
                folder.resolve("none.yaml"),
                "--from",
                "memory:",
                "--to",
                "memory:");
        assertThat(run.err()).contains("CatalogException", "\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "types: [, 'line 1, at types: members are expected here'",
        "'types: {notes: {key: 3}}', 'at types.notes.key: a list is expected here'",
        "'types: {notes: {fields: {id: {type: [text]}}}}', 'at types.notes.fields.id.type: a text is expected here'",
        "'types: {notes: {fields: {id: {type: text, nullable: [1]}}}}', 'nullable: true or false is expected here'"
    })
    void aCatalogOfAnotherShapeIsToldWhatBelongsThere(String text, String told) throws IOException {
        catalog = write("catalog.yaml", text);
        failed(migrate("memory:"), "catalog.yaml", told);
    }
}
