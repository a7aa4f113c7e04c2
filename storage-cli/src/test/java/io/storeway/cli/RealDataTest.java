package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.storeway.examples.BundledData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealDataTest {

    @TempDir
    Path folder;

    @Test
    @Tag("slow")
    void theDemoGivesTheFiguresOfTheDataAndFindsALostWrite() throws IOException, SQLException {
        Cli first = Cli.run("demo", "--dir", folder, "--dwell", "0.1");
        assertThat(first.exit()).as(first.out() + first.err()).isZero();
        assertThat(first.out())
                .contains("659 keys book:goodreads:", "1,648 items refused by NOT_NULL", "2 items refused by UNIQUE")
                .contains("waived by name: 1,650 items of userLibrary")
                .contains("rolled back from READ_NEW", "rolled back from LIVE", "both sides equal", "COMPLETE")
                .contains("looked up in the blobs: none is lost", "looked up in the tables: none is lost")
                .containsPattern("rows of books +9,341")
                .containsPattern("rows of userLibrary +109,778")
                .contains("One Hundred Years of Solitude")
                .contains("equal");
        assertThat(Files.readString(folder.resolve("report.html")))
                .contains("9,341", "111,428", "1,650", "<h2>Timeline</h2>", "RAMP_DOWN")
                .doesNotContain("http://", "https://", "<script");
        Cli second = Cli.run("demo", "--dir", folder);
        assertThat(second.exit()).isZero();
        assertThat(second.out()).contains("Nothing had changed, so nothing was written.", "none is lost");
        spoil("UPDATE UserLibrary SET review = 'spoilt' WHERE review LIKE 'written by the demo%'");
        Cli third = Cli.run("demo", "--dir", folder);
        assertThat(third.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(third.out()).contains("SOME ARE LOST", "UNEXPECTED: the last write to userLibrary");
    }

    private void spoil(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("bookstrack.db"));
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:sqlite:%s/bot.db", "jdbc:h2:file:%s/bot", "mvstore:%s/bot.mv", "memory:"})
    void theBotsNamespaceGivesTheCountsOfItsSchema(String to) throws IOException {
        Path catalog = BundledData.FEARGREED_CATALOG.copyTo(folder);
        Path dump = BundledData.FEARGREED_1K.copyTo(folder);
        Cli run = Cli.run(
                "migrate",
                "--json",
                "--verify",
                "--catalog",
                catalog,
                "--from",
                "ndjson:" + dump,
                "--to",
                to.formatted(folder),
                "--at",
                BundledData.DUMPED_AT);
        assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.DIFFERENCES);
        JsonNode report = new ObjectMapper().readTree(run.out());
        assertThat(report.at("/verification/equal").asBoolean()).isTrue();
        assertThat(report.at("/plan/uncovered").findValuesAsText("prefix"))
                .containsExactlyInAnyOrder("active_position", "last_trade");
        Map<String, String> counts = new TreeMap<>();
        report.at("/backfill/entities")
                .forEach(entity -> counts.put(
                        entity.get("entity").asText(),
                        entity.get("written") + " rows, " + entity.get("residue") + " residue"));
        boolean sql = to.startsWith("jdbc:");
        assertThat(counts)
                .isEqualTo(Map.of(
                        "users", "911 rows, 5 residue",
                        "watchlists", sql ? "3792 rows, 326 residue" : "4118 rows, 0 residue",
                        "executions", sql ? "1972 rows, 206 residue" : "2178 rows, 0 residue",
                        "activePositions", sql ? "238 rows, 22 residue" : "260 rows, 0 residue",
                        "cache", "1 rows, 0 residue"));
    }

    @Test
    void recordsThatHaveExpiredStayBehindAndAreCounted() throws IOException {
        Path catalog = BundledData.FEARGREED_CATALOG.copyTo(folder);
        Path dump = BundledData.FEARGREED_1K.copyTo(folder);
        Cli run = Cli.run(
                "migrate",
                "--json",
                "--verify",
                "--catalog",
                catalog,
                "--from",
                "ndjson:" + dump,
                "--to",
                "memory:",
                "--at",
                "2026-06-01T00:00:00Z");
        JsonNode report = new ObjectMapper().readTree(run.out());
        assertThat(report.at("/backfill/entities").findValuesAsText("expired")).contains("1");
        assertThat(report.at("/verification/equal").asBoolean()).isTrue();
    }
}
