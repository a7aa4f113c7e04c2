package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the real process in the middle of the demo, again and again, and lets a last run finish. */
@Tag("slow")
class InterruptedDemoTest {

    private static final int KILLS = 4;

    @TempDir
    Path folder;

    @Test
    void aDemoThatIsKilledAndRunAgainEndsAsOneThatWasNot() throws Exception {
        Path killed = folder.resolve("killed");
        int hits = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            hits += killAfterMillis(killed, 700L * kill) ? 1 : 0;
        }
        assertThat(hits).as("demos that were killed before their end").isGreaterThanOrEqualTo(2);
        Cli last = Cli.run("demo", "--dir", killed);
        assertThat(last.exit()).as(last.out() + last.err()).isZero();
        Path whole = folder.resolve("whole");
        assertThat(Cli.run("demo", "--dir", whole).exit()).isZero();
        assertThat(content(killed)).isEqualTo(content(whole));
    }

    /** Says whether the demo was killed before its end. */
    private static boolean killAfterMillis(Path dir, long millis) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Storeway.class.getName(),
                        "demo",
                        "--dir",
                        dir.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
        process.toHandle().destroyForcibly();
        process.waitFor();
        return !ended;
    }

    private static List<String> content(Path dir) throws SQLException {
        List<String> content = new ArrayList<>();
        assertThat(Files.exists(dir.resolve("bookstrack.db"))).isTrue();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("bookstrack.db"));
                Statement statement = connection.createStatement()) {
            for (String table : List.of("Books", "UserLibrary", "storeway_residue")) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
                    int columns = rows.getMetaData().getColumnCount();
                    while (rows.next()) {
                        StringBuilder row = new StringBuilder(table);
                        for (int i = 1; i <= columns; i++) {
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
