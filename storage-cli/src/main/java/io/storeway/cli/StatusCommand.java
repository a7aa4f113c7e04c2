package io.storeway.cli;

import io.storeway.Missing;
import io.storeway.cli.report.TextReport;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.MigrationTarget;
import io.storeway.migrate.RunStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code storeway status}. */
@Command(
        name = "status",
        description = {
            "Shows how far the backfill has come, by the checkpoints in the target. Needs no source.",
            "Exit code 3 if it is incomplete, 2 if there is residue that nobody has accepted."
        },
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

    @Mixin
    private Target target = new Target();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() {
        return target.with(Missing.ALLOW, this::status);
    }

    private int status(MigrationTarget migrated) {
        PrintWriter out = spec.commandLine().getOut();
        List<EntityProgress> progress = migrated.status();
        new TextReport(out).status(progress);
        long open = 0;
        if (progress.stream().anyMatch(entity -> entity.residue() > 0)) {
            long[] all = new long[1];
            migrated.residue(item -> all[0]++);
            open = OpenResidue.count(migrated);
            out.printf(Locale.ROOT, "residue now: %,d open, %,d accepted%n", open, all[0] - open);
        }
        boolean ended = progress.stream()
                .allMatch(
                        entity -> entity.status() == RunStatus.DONE || entity.status() == RunStatus.DONE_WITH_RESIDUE);
        if (!ended) {
            return ExitCode.INCOMPLETE;
        }
        return OpenResidue.exitCode(open);
    }
}
