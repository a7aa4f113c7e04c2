package io.storeway.cli;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.cli.catalog.CatalogFile;
import io.storeway.cli.report.HtmlReport;
import io.storeway.cli.report.RunReport;
import io.storeway.cli.report.TextReport;
import io.storeway.examples.BundledData;
import io.storeway.kv.MvStore;
import io.storeway.migrate.Migration;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.RoutedStorageBuilder;
import io.storeway.migrate.routing.RoutingNotes;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway demo}: migrates real data while an application writes and reads. */
@Command(
        name = "demo",
        description = {
            "Moves 9,341 real books and 109,778 entries of user libraries from blobs to SQLite while they are written.",
            "Two instances of an application write and read through every stage to COMPLETE, with one rollback from"
                    + " READ_NEW and one from LIVE. Both stores are compared with a log of the acknowledged writes, and the tables"
                    + " answer questions that blobs can't. If it is killed, run it again with the same --dir: it continues."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    private static final Duration HEARTBEAT = Duration.ofMillis(200);
    private static final Duration SWITCH_WITHIN = Duration.ofSeconds(30);
    /** How many of a hundred partitions SHADOW compares. */
    private static final int SHADOW_PERCENT = 20;

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            description = "The folder for the stores and the report; by default a new temporary folder.")
    private @Nullable Path dir;

    @Option(
            names = "--dwell",
            paramLabel = "SECONDS",
            defaultValue = "0.5",
            description = "How long the application works in each stage (default ${DEFAULT-VALUE}).")
    private double dwell;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    /** What one demo works on: its folder, and the two storages in it. */
    private record Setup(
            Path folder, String from, String to, Catalog catalog, DemoClock clock, Storage old, Storage fresh) {

        RoutedStorageBuilder migration() {
            return RoutedStorage.between(old, fresh)
                    .named("demo")
                    .controlledBy(fresh)
                    .clock(clock)
                    .heartbeat(HEARTBEAT)
                    .park(SWITCH_WITHIN)
                    .switchWithin(SWITCH_WITHIN)
                    .shadowSample(SHADOW_PERCENT);
        }

        Migration bothSides(ProgressLine progress) {
            return Migration.from(old).to(fresh).clock(clock).listener(progress).build();
        }

        Path database() {
            return folder.resolve("bookstrack.db");
        }
    }

    @Override
    public Integer call() throws IOException, SQLException {
        if (!(dwell >= 0 && dwell <= 60)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--dwell takes 0 to 60 seconds, not " + dwell);
        }
        long start = System.nanoTime();
        PrintWriter out = spec.commandLine().getOut();
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        Path folder = dir == null ? Files.createTempDirectory("storeway-demo") : Files.createDirectories(dir);
        Path blobs = folder.resolve("bookstrack.mv");
        importDumps(folder, blobs, out, progress);
        out.println("Expiry is judged as of " + BundledData.DUMPED_AT + ", when the data was dumped.");
        out.println();

        Catalog catalog =
                CatalogFile.parse("bookstrack.yaml", BundledData.BOOKSTRACK_CATALOG.text() + DemoRecords.SESSIONS_TYPE);
        DemoClock clock = new DemoClock();
        String from = "mvstore:" + blobs;
        String to = "jdbc:sqlite:" + folder.resolve("bookstrack.db");
        List<String> unexpected = new ArrayList<>();
        try (Storage old = Storages.open(from, catalog, clock);
                Storage fresh = Storages.open(to, catalog, clock)) {
            Setup setup = new Setup(folder, from, to, catalog, clock, old, fresh);
            unexpected.addAll(play(setup, out, progress));
        }
        out.println();
        out.println("blobs:    " + blobs);
        out.println("database: " + folder.resolve("bookstrack.db"));
        out.println("report:   " + folder.resolve("report.html").toAbsolutePath());
        unexpected.forEach(each -> out.println("UNEXPECTED: " + each));
        out.printf(Locale.ROOT, "done in %.1f s%n", (System.nanoTime() - start) / 1e9);
        return unexpected.isEmpty() ? ExitCode.CLEAN : ExitCode.FAILED;
    }

    private List<String> play(Setup setup, PrintWriter out, ProgressLine progress) throws IOException, SQLException {
        TextReport text = new TextReport(out);
        List<String> unexpected = new ArrayList<>();
        RunReport report = RunReport.of(setup.from(), setup.to(), setup.clock().instant())
                .withPlan(setup.bothSides(progress).plan());
        text.plan(report);
        StageStatus before = setup.migration().begin().status();
        setup.clock().jumpTo(before.changedAt().plus(SWITCH_WITHIN.multipliedBy(2)));
        DemoRecords records = new DemoRecords(setup.catalog(), setup.old());
        try (DemoLog log = new DemoLog(setup.folder().resolve("writes.log"), records)) {
            if (before.stage() == Stage.COMPLETE) {
                out.println("This migration is COMPLETE. Nothing had changed, so nothing was written.");
            } else {
                report = migrate(setup, log, records, report, out, progress, unexpected);
                text.result(report);
                HtmlReport.write(
                        report.withTimes(
                                progress.timeline(),
                                RoutingNotes.of(setup.fresh()).history()),
                        setup.folder().resolve("report.html"));
                unexpected.addAll(DemoFigures.unexpected(setup.database(), report, out));
            }
            check(log, "the tables", record -> records.read(setup.fresh(), record), out, unexpected);
        }
        DemoQuestions.ask(setup.database(), out);
        return unexpected;
    }

    private RunReport migrate(
            Setup setup,
            DemoLog log,
            DemoRecords records,
            RunReport planned,
            PrintWriter out,
            ProgressLine progress,
            List<String> unexpected) {
        RunReport[] report = {planned};
        try (RoutedStorage one = setup.migration().instance("app-1").open();
                RoutedStorage two = setup.migration().instance("app-2").open();
                DemoTraffic traffic = new DemoTraffic(List.of(one, two), log, records)) {
            out.println("Two instances of an application write and read, on four and two threads:");
            DemoMoves moves =
                    new DemoMoves(one.control(), traffic, out, progress, Duration.ofMillis((long) (dwell * 1_000)));
            moves.toRampDown();
            traffic.paused(() -> {
                moves.drained();
                report[0] = compared(setup, report[0], moves, progress);
                check(log, "the blobs", record -> records.read(setup.old(), record), out, unexpected);
                check(log, "the tables", record -> records.read(setup.fresh(), record), out, unexpected);
            });
            moves.complete();
        }
        progress.done();
        out.println();
        return report[0];
    }

    private static RunReport compared(Setup setup, RunReport planned, DemoMoves moves, ProgressLine progress) {
        Migration both = setup.bothSides(progress);
        progress.timeline().mark();
        RunReport report = planned.withVerification(both.verify());
        return moves.backfill() == null
                ? report
                : report.withBackfill(moves.backfill()).withResidueOf(both);
    }

    private static void check(
            DemoLog log, String where, DemoLog.NumberReader storage, PrintWriter out, List<String> unexpected) {
        DemoLog.Check check = log.check(where, storage);
        out.printf(
                Locale.ROOT,
                "        check      %,d acknowledged writes to %,d records, looked up in %s: %s%n",
                check.writes(),
                check.records(),
                where,
                check.wrong().isEmpty() ? "none is lost" : "SOME ARE LOST");
        unexpected.addAll(check.wrong());
    }

    /** Loads the dumps into the key-value store, unless a file beside it says that an earlier run has done so. */
    private static void importDumps(Path folder, Path blobs, PrintWriter out, ProgressLine progress)
            throws IOException {
        Path mark = folder.resolve("import.done");
        if (Files.exists(mark) && Files.exists(blobs)) {
            return;
        }
        try (MvStore store = MvStore.open(blobs)) {
            for (BundledData dump : List.of(BundledData.GOODBOOKS, BundledData.LIBRARY)) {
                Path file = dump.copyTo(folder);
                long keys = ImportCommand.load(file, store, progress);
                Files.delete(file);
                progress.done();
                out.printf(Locale.ROOT, "imported %,d keys from %s%n", keys, dump.fileName());
            }
        }
        Files.createFile(mark);
    }
}
