package io.storeway.cli;

import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.cli.report.JsonReport;
import io.storeway.cli.report.RunReport;
import io.storeway.cli.report.TextReport;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.Migration;
import io.storeway.migrate.routing.RoutingNotes;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway migrate}. */
@Command(
        name = "migrate",
        description = {
            "Copies every record that the target doesn't have as it is now. Goes on where an interrupted run stopped.",
            "What the target can't hold is kept there as residue, with key, position and reason."
        },
        mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {

    @Mixin
    private Pair pair = new Pair();

    @Mixin
    private Pacing pacing = new Pacing();

    @Option(names = "--restart", description = "Forget the checkpoints and begin anew; data and residue stay.")
    private boolean restart;

    @Option(
            names = "--once",
            paramLabel = "VERSION",
            description = "Do nothing if the version is done already; of many that start at once, one copies.")
    private @Nullable String once;

    @Option(
            names = "--share",
            description = {
                "Share the work with every process that runs the same command, on this machine or others.",
                "One that dies is replaced by the others after half a minute."
            })
    private boolean share;

    @Option(names = "--verify", description = "Compare both sides afterwards.")
    private boolean verify;

    @Mixin
    private ReportFiles reports = new ReportFiles();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        reports.check();
        return pair.with(
                Missing.CREATE,
                progress,
                this::settings,
                (source, target, migration) -> run(target, migration, progress));
    }

    private Migration.Builder settings(Migration.Builder migration) {
        Migration.Builder paced = pacing.applyTo(migration);
        return share ? paced.share() : paced;
    }

    private int run(Storage target, Migration migration, ProgressLine progress) throws Exception {
        TextReport text = new TextReport(spec.commandLine().getOut());
        RunReport report =
                RunReport.of(pair.from(), pair.to(), pair.clock().instant()).withPlan(migration.plan());
        if (!json) {
            text.plan(report);
        }
        if (restart) {
            migration.restart();
        }
        progress.timeline().mark();
        if (once == null) {
            report = report.withBackfill(migration.backfill());
        } else {
            Optional<BackfillReport> copied = migration.runOnce(once);
            if (copied.isPresent()) {
                report = report.withBackfill(copied.get());
            } else if (!json) {
                spec.commandLine().getOut().println("version " + once + " is done");
            }
        }
        if (verify && !report.incomplete()) {
            report = report.withVerification(migration.verify());
        }
        report = report.withResidueOf(migration)
                .withTimes(progress.timeline(), RoutingNotes.of(target).history());
        progress.done();
        if (json) {
            JsonReport.print(report, spec.commandLine().getOut());
        } else {
            text.result(report);
        }
        reports.write(
                report,
                exit(report),
                json ? spec.commandLine().getErr() : spec.commandLine().getOut());
        return exit(report);
    }

    private static int exit(RunReport report) {
        if (report.incomplete()) {
            return ExitCode.INCOMPLETE;
        }
        return report.clean() ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
    }
}
