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
import io.storeway.migrate.MigrationPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway demo}: the main job on real data. */
@Command(
        name = "demo",
        description = {
            "Moves 9,341 real books and 109,778 entries of user libraries from JSON blobs in an MVStore file to SQLite,",
            "compares both sides, and asks the tables what the blobs could not answer."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            description = "Where the stores and the report go; by default a new folder for temporary files.")
    private @Nullable Path dir;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, SQLException {
        long start = System.nanoTime();
        PrintWriter out = spec.commandLine().getOut();
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        Path folder = dir == null ? Files.createTempDirectory("storeway-demo") : Files.createDirectories(dir);
        Path blobs = folder.resolve("bookstrack.mv");
        Path database = folder.resolve("bookstrack.db");
        Catalog catalog = CatalogFile.parse("bookstrack.yaml", BundledData.BOOKSTRACK_CATALOG.text());
        Clock clock = Clock.fixed(BundledData.DUMPED_AT, ZoneOffset.UTC);
        importDumps(folder, blobs, out, progress);

        String from = "mvstore:" + blobs;
        String to = "jdbc:sqlite:" + database;
        RunReport report;
        try (Storage source = Storages.open(from, catalog, clock);
                Storage target = Storages.open(to, catalog, clock)) {
            Migration migration = Migration.from(source)
                    .to(target)
                    .batch(5_000)
                    .clock(clock)
                    .listener(progress)
                    .build();
            report = RunReport.of(from, to, clock.instant())
                    .withPlan(migration.plan())
                    .withBackfill(migration.backfill())
                    .withVerification(migration.verify())
                    .withResidueOf(migration);
        }
        progress.done();
        out.println("The clock stands at " + BundledData.DUMPED_AT + ", which the dumps' expiries are relative to.");
        out.println();
        TextReport text = new TextReport(out);
        text.plan(report);
        text.result(report);
        DemoQuestions.ask(database, out);
        Path page = folder.resolve("report.html");
        HtmlReport.write(report, page);
        List<String> surprises = DemoFigures.surprises(report);
        out.println();
        out.println("blobs:    " + blobs);
        out.println("database: " + database);
        out.println("report:   " + page.toAbsolutePath());
        if (report.backfill() != null && report.backfill().writes() == 0) {
            out.println("Nothing had changed, so nothing was written.");
        }
        surprises.forEach(surprise -> out.println("UNEXPECTED: " + surprise));
        out.printf(Locale.ROOT, "done in %.1f s%n", (System.nanoTime() - start) / 1e9);
        return surprises.isEmpty() ? ExitCode.CLEAN : ExitCode.FAILED;
    }

    /** A finished import leaves a mark beside the store; an interrupted one is made again. */
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
                out.printf(Locale.ROOT, "imported %,d keys of %s%n", keys, dump.fileName());
            }
        }
        Files.createFile(mark);
    }

    /** What the demo knows of its data. */
    private static final class DemoFigures {

        private DemoFigures() {}

        static List<String> surprises(RunReport report) {
            return java.util.stream.Stream.of(
                            differs("rows of books", 9_341, rows(report, "books")),
                            differs("rows of userLibrary", 109_778, rows(report, "userLibrary")),
                            differs("residue for NOT NULL", 1_648, residue(report, "NOT_NULL")),
                            differs("residue for UNIQUE", 2, residue(report, "UNIQUE")),
                            differs("keys not covered", 659, uncovered(report.plan())),
                            report.equal() ? "" : "the two sides differ")
                    .filter(surprise -> !surprise.isEmpty())
                    .toList();
        }

        private static String differs(String what, long expected, long actual) {
            return expected == actual
                    ? ""
                    : String.format(Locale.ROOT, "%s: %,d, expected %,d", what, actual, expected);
        }

        private static long rows(RunReport report, String entity) {
            return report.verification() == null
                    ? 0
                    : report.verification().entities().stream()
                            .filter(line -> line.entity().equals(entity))
                            .mapToLong(line -> line.targetItems() - line.residue())
                            .sum();
        }

        private static long residue(RunReport report, String kind) {
            return report.backfill() == null
                    ? 0
                    : report.backfill().entities().stream()
                            .flatMap(entity -> entity.reasons().stream())
                            .filter(reason -> reason.kind().name().equals(kind))
                            .mapToLong(reason -> reason.count())
                            .sum();
        }

        private static long uncovered(@Nullable MigrationPlan plan) {
            return plan == null
                    ? 0
                    : plan.uncovered().stream().mapToLong(line -> line.keys()).sum();
        }
    }
}
