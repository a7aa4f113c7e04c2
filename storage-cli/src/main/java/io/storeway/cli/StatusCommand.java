package io.storeway.cli;

import io.storeway.cli.report.TextReport;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.RunStatus;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code storeway status}. */
@Command(
        name = "status",
        description = "Says how far the backfill has come, from the checkpoints in the target.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

    @Mixin
    private Target target = new Target();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        List<EntityProgress> progress = target.with(migration -> migration.status());
        new TextReport(spec.commandLine().getOut()).status(progress);
        boolean ended = progress.stream()
                .allMatch(
                        entity -> entity.status() == RunStatus.DONE || entity.status() == RunStatus.DONE_WITH_RESIDUE);
        if (!ended) {
            return ExitCode.INCOMPLETE;
        }
        return progress.stream().allMatch(entity -> entity.status() == RunStatus.DONE)
                ? ExitCode.CLEAN
                : ExitCode.DIFFERENCES;
    }
}
