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
            "Copies every record that is missing or different in the target. Continues an interrupted run.",
            "Items that the target can't hold are kept there as residue, with key, position and reason."
        },
        mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {

    @Mixin
    private Pair pair = new Pair();

    @Mixin
    private Pacing pacing = new Pacing();

    @Option(names = "--restart", description = "Delete the checkpoints and start over; data and residue stay.")
    private boolean restart;

    @Option(
            names = "--once",
            paramLabel = "VERSION",
            description =
                    "Do nothing if this version is done already. If many processes start at once, one copies and the others wait.")
    private @Nullable String once;

    @Option(
            names = "--share",
            description = {
                "Share the work with all processes that run the same command, on this machine or others.",
                "If one dies, the others take over its work after half a minute."
            })
    private boolean share;

    @Option(names = "--verify", description = "Compare both sides after copying.")
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
        report = copy(migration, report);
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

    private RunReport copy(Migration migration, RunReport report) throws Exception {
        if (once == null) {
            return report.withBackfill(migration.backfill());
        }
        Optional<BackfillReport> copied = migration.runOnce(once);
        if (copied.isEmpty() && !json) {
            spec.commandLine().getOut().println("version " + once + " is done already");
        }
        return copied.map(report::withBackfill).orElse(report);
    }

    private static int exit(RunReport report) {
        if (report.incomplete()) {
            return ExitCode.INCOMPLETE;
        }
        return report.clean() ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
    }
}
