package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in every value and password is in nothing that the command prints or reports. */
class CanaryTest {

    private static final String CANARY = "c4n4ry";

    private static final String DIRTY = """
        {"key":"note:a","value":"{\\"text\\":\\"c4n4ry 1\\",\\"stars\\":3}"}
        {"key":"note:b","value":"c4n4ry that is not JSON"}
        {"key":"note:c","value":"{\\"stars\\":1,\\"extra\\":\\"c4n4ry\\"}"}
        {"key":"note:d","value":"{\\"text\\":\\"good\\",\\"stars\\":\\"c4n4ry\\"}"}
        {"key":"note:e","value":"[\\"c4n4ry\\"]"}
        {"key":"other:f","value":"c4n4ry of no type"}
        """;

    @TempDir
    Path folder;

    private static void silent(List<Cli> runs) {
        assertThat(runs).allSatisfy(run -> {
            assertThat(run.out()).doesNotContain(CANARY);
            assertThat(run.err()).doesNotContain(CANARY);
        });
    }

    @Test
    void aMigrationOfDirtyDataPrintsAndReportsNoValue() throws IOException {
        Notes notes = Notes.in(folder, DIRTY);
        List<Cli> runs = new ArrayList<>();
        runs.add(notes.both("plan"));
        List<Object> reports = new ArrayList<>(List.of("--verify"));
        for (String kind : List.of("html", "json", "md", "xml")) {
            reports.addAll(List.of("--report", folder.resolve("report." + kind)));
        }
        runs.add(notes.both("migrate", reports.toArray()));
        runs.add(notes.both("verify"));
        runs.add(notes.both("status"));
        runs.add(notes.target("errors list"));
        assertThat(runs.get(1).exit()).as(runs.get(1).err()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(runs.get(4).out()).contains("notes\tb\t-1\tINVALID");
        silent(runs);
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> written = files.filter(
                            file -> file.getFileName().toString().startsWith("report."))
                    .toList();
            assertThat(written).hasSize(4);
            for (Path file : written) {
                assertThat(Files.readString(file)).as("%s", file).doesNotContain(CANARY);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://localhost:1/db?user=u&password=c4n4ry&connectTimeout=1",
                "jdbc:h2:tcp://localhost:1/db;USER=u;PASSWORD=c4n4ry",
                "redis://u:c4n4ry@localhost:1",
                "nothing://u:c4n4ry@localhost:1"
            })
    void aTargetThatCannotBeReachedIsNamedWithoutItsPassword(String uri) {
        Notes notes = Notes.in(folder, Notes.CLEAN);
        List<Cli> runs = List.of(
                Cli.run("migrate", "--catalog", notes.catalog(), "--from", notes.from(), "--to", uri),
                Cli.run("verify", "--catalog", notes.catalog(), "--from", notes.from(), "--to", uri));
        assertThat(runs).allSatisfy(run -> assertThat(run.exit()).isNotEqualTo(ExitCode.CLEAN));
        silent(runs);
    }
}
