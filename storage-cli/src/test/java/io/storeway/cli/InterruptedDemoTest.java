package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.examples.BundledData;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the real process in the middle of the demo, again and again, and lets a last run finish. */
@Tag("slow")
class InterruptedDemoTest {

    /** What traffic of the demo changes at random; its own check covers that. */
    private static final Set<String> LIVE_COLUMNS = Set.of("ratings_count", "review");

    @TempDir
    Path folder;

    @Test
    void aDemoThatIsKilledAndRunAgainLosesNoWriteAndEndsAsOneThatWasNot() throws Exception {
        Path killed = folder.resolve("killed");
        assertThat(killedAfter(killed, "every write follows in the tables", 2_500))
                .isTrue();
        assertThat(killedAfter(killed, "waived by name", 0)).isTrue();
        assertThat(killedAfter(killed, "LIVE", 300)).isTrue();
        assertThat(killedAfter(killed, "RAMP_DOWN", 0)).isTrue();
        Cli last = Cli.run("demo", "--dir", killed, "--dwell", "0.2");
        assertThat(last.exit()).as(last.out() + last.err()).isZero();
        assertThat(last.out())
                .contains("looked up in the blobs: none is lost", "looked up in the tables: none is lost");
        assertThat(Files.readAllLines(killed.resolve("writes.log")))
                .as("the last run checks what all runs were told")
                .filteredOn(line -> line.equals("run"))
                .hasSize(5);
        assertThat(content(killed.resolve("bookstrack.db"))).isEqualTo(content(copiedAtRest()));
    }

    /** The same data, moved by a run that nothing disturbs. */
    private Path copiedAtRest() throws IOException {
        String blobs = "mvstore:" + folder.resolve("rest.mv");
        for (BundledData dump : List.of(BundledData.GOODBOOKS, BundledData.LIBRARY)) {
            Cli imported = Cli.run("import", "--from", "ndjson:" + dump.copyTo(folder), "--to", blobs);
            assertThat(imported.exit()).as(imported.err()).isZero();
        }
        Path tables = folder.resolve("rest.db");
        Cli migrated = Cli.run(
                "migrate",
                "--catalog",
                BundledData.BOOKSTRACK_CATALOG.copyTo(folder),
                "--from",
                blobs,
                "--to",
                "jdbc:sqlite:" + tables,
                "--at",
                BundledData.DUMPED_AT);
        assertThat(migrated.exit()).as(migrated.err()).isEqualTo(ExitCode.DIFFERENCES);
        return tables;
    }

    /** Kills the demo some time after it has printed a line; says whether it was still at work then. */
    private static boolean killedAfter(Path dir, String line, long millis) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Storeway.class.getName(),
                        "demo",
                        "--dwell",
                        "0.2",
                        "--dir",
                        dir.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            boolean printed = out.lines().anyMatch(each -> each.contains(line));
            boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
            return printed && !ended;
        } finally {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
    }

    private static List<String> content(Path database) throws SQLException {
        List<String> content = new ArrayList<>();
        assertThat(database).exists();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            for (String table : List.of("Books", "UserLibrary", "storeway_residue")) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
                    int columns = rows.getMetaData().getColumnCount();
                    while (rows.next()) {
                        StringBuilder row = new StringBuilder(table);
                        for (int i = 1; i <= columns; i++) {
                            if (LIVE_COLUMNS.contains(rows.getMetaData().getColumnName(i))) {
                                continue;
                            }
                            byte[] bytes = rows.getBytes(i);
                            row.append('|').append(bytes == null ? "-" : new String(bytes, StandardCharsets.UTF_8));
                        }
                        content.add(row.toString());
                    }
                }
            }
        }
        return content.stream().sorted().toList();
    }
}
