package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairCommandTest {

    @TempDir
    Path folder;

    private Notes migrated(String lines) {
        Notes notes = Notes.in(folder, lines);
        Cli run = notes.both("migrate");
        assertThat(run.exit()).as(run.err()).isIn(ExitCode.CLEAN, ExitCode.DIFFERENCES);
        return notes;
    }

    private static void sql(Notes notes, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(notes.to());
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    @Test
    void differencesAreNamedThenMendedStepByStep() throws SQLException {
        Notes notes = migrated(Notes.CLEAN);
        sql(
                notes,
                "DELETE FROM notes WHERE id = 'a'",
                "UPDATE notes SET stars = 5 WHERE id = 'b'",
                "INSERT INTO notes(id, text) VALUES ('x', 'extra')");
        Cli report = notes.both("repair");
        assertThat(report.exit()).as(report.err()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(report.out())
                .contains("MISSING notes a", "VALUE notes b: stars", "EXTRA notes x", "DIFFERENT", "--fix-missing");
        Cli fixed = notes.both("repair", "--fix-missing", "--fix-value");
        assertThat(fixed.exit()).isEqualTo(ExitCode.DIFFERENCES);
        Cli unasked = notes.both("repair", "--delete-extra");
        assertThat(unasked.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(unasked.err()).contains("--yes");
        Cli deleted = notes.both("repair", "--delete-extra", "--yes");
        assertThat(deleted.exit()).as(deleted.out()).isEqualTo(ExitCode.CLEAN);
        assertThat(deleted.out()).contains("read again: equal");
        assertThat(notes.both("repair").out()).contains("no differences");
        assertThat(notes.both("verify").exit()).isEqualTo(ExitCode.CLEAN);
    }

    @Test
    void acceptedResidueNoLongerMakesTheExitCodeTwo() {
        Notes notes = migrated(Notes.DIRTY);
        assertThat(notes.target("status").exit()).isEqualTo(ExitCode.DIFFERENCES);
        Cli one = notes.target("errors accept", "--key", "d", "--reason", "never was JSON", "--by", "ann");
        assertThat(one.exit()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(one.out()).contains("1 accepted, 1 still open");
        assertThat(notes.target("errors list").out()).contains("accepted by ann: never was JSON", "open");
        Cli rest = notes.target("errors accept", "--kind", "NOT_NULL", "--reason", "no text");
        assertThat(rest.exit()).isEqualTo(ExitCode.CLEAN);
        assertThat(notes.target("errors list").exit()).isEqualTo(ExitCode.CLEAN);
        assertThat(notes.target("errors list", "--open").out()).isEmpty();
        Cli status = notes.target("status");
        assertThat(status.exit()).isEqualTo(ExitCode.CLEAN);
        assertThat(status.out()).contains("residue now: 0 open, 2 accepted");
        Cli again = notes.both("migrate", "--verify");
        assertThat(again.exit()).as(again.out()).isEqualTo(ExitCode.CLEAN);
    }

    @Test
    void residueIsTriedAgainAfterTheSourceWasMended() throws IOException {
        Notes notes = migrated(Notes.DIRTY);
        assertThat(notes.both("errors retry").exit()).isEqualTo(ExitCode.DIFFERENCES);
        Files.writeString(
                notes.dump(),
                Notes.DIRTY
                        .replace("not JSON", "{\\\"text\\\":\\\"mended\\\"}")
                        .replace("{\\\"stars\\\":1}", "{\\\"text\\\":\\\"too\\\"}"));
        Cli retry = notes.both("errors retry");
        assertThat(retry.exit()).as(retry.out() + retry.err()).isEqualTo(ExitCode.CLEAN);
        assertThat(notes.both("errors retry").out()).contains("no residue");
        assertThat(notes.both("verify").exit()).isEqualTo(ExitCode.CLEAN);
    }

    @Test
    void residueIsExportedAsLinesThatCanBeRead() throws IOException {
        Notes notes = migrated(Notes.DIRTY);
        Path file = folder.resolve("errors.ndjson");
        Cli export = notes.target("errors export", "--file", file);
        assertThat(export.exit()).as(export.err()).isZero();
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(2);
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.get("key").asText()).isEqualTo("d");
        assertThat(first.get("payload").asText()).isEqualTo("not JSON");
        Cli nowhere = notes.target("errors export", "--file", folder.resolve("no/errors.ndjson"));
        assertThat(nowhere.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(nowhere.err()).contains("no such file or folder");
    }

    @Test
    void anExplanationHidesValuesUnlessTheyAreAskedFor() throws SQLException {
        Notes notes = migrated(Notes.CLEAN);
        sql(notes, "UPDATE notes SET text = 'changed' WHERE id = 'c'");
        Cli hidden = notes.both("explain", "--type", "notes", "c");
        assertThat(hidden.exit()).as(hidden.err()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(hidden.out())
                .contains("text, 6 characters", "text, 7 characters", "VALUE c: text", "backfill of notes: done")
                .doesNotContain("secret", "changed");
        Cli shown = notes.both("explain", "--type", "notes", "c", "--show-values");
        assertThat(shown.out()).contains("secret", "changed");
        assertThat(notes.both("explain", "--type", "notes", "a").exit()).isEqualTo(ExitCode.CLEAN);
        assertThat(notes.both("explain", "--type", "notes", "nowhere").out())
                .contains("equal: neither side has ever known this key");
        assertThat(notes.both("explain", "--type", "notes", "%zz").err()).contains("% itself is %25");
        Cli unknown = notes.both("explain", "--type", "books", "a");
        assertThat(unknown.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(unknown.err()).contains("books", "notes");
        Cli noKey = notes.both("explain", "--type", "notes", "a:b");
        assertThat(noKey.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(noKey.err()).contains("2 parts where 1 are expected");
    }
}
