package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real main in a process of its own, as a shell does. */
class MainTest {

    @TempDir
    Path folder;

    private static List<String> words(Object... args) {
        List<String> words = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        if (Runtime.version().feature() >= 22) {
            words.add("--enable-native-access=ALL-UNNAMED"); // as the storeway script does
        }
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), Storeway.class.getName()));
        Arrays.stream(args).map(String::valueOf).forEach(words::add);
        return words;
    }

    private Cli main(Object... args) {
        return run(words(args));
    }

    /** With a limit on the size of each file that it writes, in blocks of the shell. */
    private Cli limited(int blocks, Object... args) {
        List<String> words = words(args);
        words.add(1, "-XX:-UsePerfData");
        words.addAll(0, List.of("sh", "-c", "ulimit -f " + blocks + "; exec \"$@\"", "sh"));
        return run(words);
    }

    private Cli run(List<String> words) {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        try {
            Process process = new ProcessBuilder(words)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
            return new Cli(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void failed(Cli run, String... parts) {
        assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains(parts).startsWith("storeway: ").doesNotContain("Exception", "\tat ");
        assertThat(run.err().strip().lines()).as("one message").hasSize(1);
    }

    @Test
    void aMigrationFromBeginningToEndHasTheExitCodesOfTheReadme() throws IOException {
        Notes notes = Notes.in(folder, Notes.DIRTY);
        Path page = folder.resolve("r.html");
        Path tests = folder.resolve("r.xml");
        Cli migrated = main(
                "migrate",
                "--catalog",
                notes.catalog(),
                "--from",
                notes.from(),
                "--to",
                notes.to(),
                "--verify",
                "--report",
                page,
                "--report",
                tests);
        assertThat(migrated.exit()).as(migrated.err()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(migrated.out()).contains("report: " + page, "report: " + tests);
        assertThat(page).content().contains("both sides are equal, 2 items kept as residue", "<svg");
        assertThat(tests).content().contains("failures=\"1\"");
        Cli verified = main("verify", "--catalog", notes.catalog(), "--from", notes.from(), "--to", notes.to());
        assertThat(verified.exit()).as(verified.err()).isEqualTo(ExitCode.CLEAN);
    }

    @Test
    void wrongArgumentsAreNamedWithTheWayToHelp() {
        Cli run = main("migrate", "--catalog", "a.yaml", "--form", "memory:");
        assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--from", "See: storeway migrate --help").doesNotContain("Exception");
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        Cli run = Cli.run("--version");
        assertThat(run.exit()).isZero();
        assertThat(run.out().strip()).matches("storeway \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }

    @Test
    void aTruncatedDumpIsNamedWithTheWayToMendIt() throws IOException {
        Notes notes = Notes.in(folder, Notes.CLEAN);
        Path backup = folder.resolve("b.ndjson.gz");
        assertThat(Cli.run("import", "--from", notes.from(), "--to", "mvstore:" + folder.resolve("a.mv"))
                        .exit())
                .isZero();
        assertThat(main("backup", "--from", "mvstore:" + folder.resolve("a.mv"), "--to", backup)
                        .exit())
                .isZero();
        byte[] whole = Files.readAllBytes(backup);
        Files.write(backup, Arrays.copyOf(whole, whole.length - 9));
        failed(
                main("migrate", "--catalog", notes.catalog(), "--from", "ndjson:" + backup, "--to", notes.to()),
                "b.ndjson.gz",
                "line",
                "get it again");
    }

    @Test
    void aStoreThatIsDownIsNamedWithoutItsPassword() throws IOException {
        Notes notes = Notes.in(folder, Notes.CLEAN);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        for (String engine : List.of("postgresql", "mariadb")) {
            String database = "jdbc:" + engine + "://127.0.0.1:" + port + "/app";
            Cli run = main(
                    "migrate",
                    "--catalog",
                    notes.catalog(),
                    "--from",
                    notes.from(),
                    "--to",
                    database + "?user=ann&password=geheim");
            failed(run, "--to " + database, "the database can't be reached");
            assertThat(run.err()).doesNotContain("geheim", "class path");
        }
    }

    @Test
    void aReportThatCannotBeWrittenIsRefusedBeforeAnyWork() throws IOException {
        Notes notes = Notes.in(folder, Notes.CLEAN);
        Path file = Files.write(folder.resolve("file"), "x".getBytes(StandardCharsets.UTF_8));
        failed(
                main(
                        "migrate",
                        "--catalog",
                        notes.catalog(),
                        "--from",
                        notes.from(),
                        "--to",
                        notes.to(),
                        "--report",
                        file.resolve("report.html")),
                folder.resolve("file").toString(),
                "create it first");
        Cli form = main(
                "migrate",
                "--catalog",
                notes.catalog(),
                "--from",
                notes.from(),
                "--to",
                notes.to(),
                "--report",
                folder.resolve("report.pdf"));
        assertThat(form.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(form.err()).contains("report.pdf", ".html, .json, .md, .xml");
        assertThat(folder.resolve("notes.db")).doesNotExist();
    }

    /** A limit of the shell on the size of files is what a full disk is to the writer of a file. */
    @Test
    void aReportForWhichThereIsNoRoomIsNamedAndTheResultOfTheRunIsNotLost() throws IOException {
        Notes notes = Notes.in(folder, Notes.DIRTY);
        Path page = folder.resolve("r.html");
        Cli run = limited(
                8,
                "migrate",
                "--catalog",
                notes.catalog(),
                "--from",
                notes.from(),
                "--to",
                "memory:",
                "--report",
                page,
                "--report",
                folder.resolve("r.md"));
        assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err())
                .contains("not written: " + page, "too large", "exit code 2", "make room")
                .doesNotContain("Exception", "\tat ");
        assertThat(run.out()).contains("residue, notes: ", "report: " + folder.resolve("r.md"));
        assertThat(page).doesNotExist();
        assertThat(folder.resolve("r.md")).content().contains("notes");
        assertThat(folder.toFile().list()).as("no part is left").noneMatch(name -> name.endsWith(".part"));
    }

    @Test
    void aContinuousComparisonThatIsToldToEndSavesItsPlace() throws Exception {
        Notes notes = Notes.in(folder, Notes.CLEAN);
        assertThat(notes.both("migrate").exit()).isZero();
        Process process = new ProcessBuilder(words(
                        "verify",
                        "--continuous",
                        "--catalog",
                        notes.catalog(),
                        "--from",
                        notes.from(),
                        "--to",
                        notes.to()))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.lines().anyMatch(line -> line.contains("3 of the target: equal")))
                    .isTrue();
            process.destroy();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + 15);
        } finally {
            process.toHandle().destroyForcibly();
        }
        assertThat(notes.both("verify", "--continuous", "--max-duration", "PT1S")
                        .exit())
                .isZero();
    }
}
