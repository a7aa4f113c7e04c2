package io.storeway.cli;

import io.storeway.cli.report.DifferenceLine;
import io.storeway.cli.report.Quantity;
import io.storeway.cli.report.TextReport;
import io.storeway.cli.report.TextTable;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.routing.Block;
import io.storeway.migrate.routing.Preflight;
import io.storeway.migrate.routing.RepairCounts;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageBlockedException;
import io.storeway.migrate.routing.StageChange;
import io.storeway.migrate.routing.StageControl;
import io.storeway.migrate.routing.StageStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code storeway stage}: lets an operator move a live migration. */
@Command(
        name = "stage",
        description = {
            "Moves the migration of a running application from stage to stage (docs/migrating.md).",
            "A step that is refused prints what blocks it, changes nothing, and ends with exit code 3."
        },
        mixinStandardHelpOptions = true)
final class StageCommand implements Runnable {

    private static final int SHOWN_DIFFERENCES = 10;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command? Try: storeway stage status");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    @Command(
            description = "Shows the stage of the migration, and the instances that take part.",
            mixinStandardHelpOptions = true)
    int status(
            @Mixin StageTarget target,
            @Option(
                            names = "--next",
                            description = "Also check what blocks the next stage, which may compare all records.")
                    boolean next) {
        return target.look(control -> {
            print(control.status());
            if (!next) {
                return ExitCode.CLEAN;
            }
            List<Block> blocks = control.blocks();
            out().println(blocks.isEmpty() ? "nothing blocks the next stage" : "the next stage is blocked:");
            blocks.forEach(block -> out().println("  " + block));
            return blocks.isEmpty() ? ExitCode.CLEAN : ExitCode.INCOMPLETE;
        });
    }

    @Command(
            description = {
                "Creates the migration in stage OFF, as the first instance of the application would.",
                "Changes nothing if the migration exists."
            },
            mixinStandardHelpOptions = true)
    int begin(@Mixin StageTarget target) {
        return target.begin(control -> {
            print(control.status());
            return ExitCode.CLEAN;
        });
    }

    @Command(description = "Moves one stage forward.", mixinStandardHelpOptions = true)
    int advance(
            @Mixin StageTarget target,
            @Mixin StageWho who,
            @Option(
                            names = "--into",
                            paramLabel = "STAGE",
                            description =
                                    "The stage that this step leads to. A step to another one is refused, so running the command twice takes one step.")
                    @Nullable
                    Stage into) {
        return move(
                target,
                control -> into == null
                        ? control.advance(who.by(), who.reason())
                        : control.advance(into, who.by(), who.reason()));
    }

    @Command(
            description = "Moves one stage back; from LIVE and RAMP_DOWN to READ_NEW, by a switchover.",
            mixinStandardHelpOptions = true)
    int rollback(@Mixin StageTarget target, @Mixin StageWho who) {
        return move(target, control -> control.rollback(who.by(), who.reason()));
    }

    @Command(
            description = "Sets the percentage of partitions that READ_NEW reads from the new storage.",
            mixinStandardHelpOptions = true)
    int percent(
            @Mixin StageTarget target,
            @Mixin StageWho who,
            @Parameters(paramLabel = "PERCENT", description = "From 0 to 100.") int percent) {
        if (percent < 0 || percent > 100) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "The percentage must be from 0 to 100, not " + percent);
        }
        return move(target, control -> control.percent(percent, who.by(), who.reason()));
    }

    @Command(description = "Refuses forward moves until unfreeze.", mixinStandardHelpOptions = true)
    int freeze(@Mixin StageTarget target, @Mixin StageWho who) {
        return move(target, control -> control.freeze(who.by(), who.reason()));
    }

    @Command(description = "Allows forward moves again.", mixinStandardHelpOptions = true)
    int unfreeze(@Mixin StageTarget target, @Mixin StageWho who) {
        return move(target, control -> control.unfreeze(who.by(), who.reason()));
    }

    @Command(
            description = "Accepts up to N items of a type that the new storage can't hold.",
            mixinStandardHelpOptions = true)
    int waive(
            @Mixin StageTarget target,
            @Mixin StageWho who,
            @Parameters(paramLabel = "TYPE", description = "The entity type.") String type,
            @Option(names = "--at-most", required = true, paramLabel = "N", description = "How many items.")
                    long atMost) {
        return move(target, control -> {
            control.waiveResidue(type, atMost, who.by(), who.reason());
            out().println("waived: " + Quantity.of(atMost, "item") + " of " + type);
            return control.status();
        });
    }

    @Command(description = "Accepts a risk that the first step is blocked by.", mixinStandardHelpOptions = true)
    int acknowledge(
            @Mixin StageTarget target,
            @Mixin StageWho who,
            @Parameters(paramLabel = "RISK", description = "One of ${COMPLETION-CANDIDATES}.") Preflight.Risk risk) {
        return move(target, control -> {
            control.acknowledge(risk, who.by(), who.reason());
            return control.status();
        });
    }

    @Command(
            description =
                    "Copies what the new storage lacks while the application writes. Continues an interrupted run.",
            mixinStandardHelpOptions = true)
    int backfill(@Mixin StageTarget target, @Mixin StageWho who) {
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        return refusable(target, control -> {
            BackfillReport report = control.backfill(who.by(), who.reason(), progress);
            progress.done();
            new TextReport(out()).status(report.entities());
            if (!report.clean()) {
                out().println(
                                "`storeway errors list` names the residue; mend it at the source, or accept it by `stage waive`");
            }
            return report.clean() ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
        });
    }

    @Command(
            description =
                    "Compares both storages while the application writes. What differs only for a moment is not reported.",
            mixinStandardHelpOptions = true)
    int verify(@Mixin StageTarget target) {
        return target.look(control -> {
            StageControl.Comparison found = control.compare();
            TextTable table = new TextTable("type", "items", "of them residue");
            for (VerificationReport.Entity entity : found.report().entities()) {
                table.row(entity.entity(), entity.sourceItems(), entity.residue());
            }
            table.print(out());
            out().printf(
                            Locale.ROOT,
                            "%s confirmed, %s changed during every comparison: %s%n",
                            Quantity.of(found.confirmed(), "difference"),
                            Quantity.of(found.unsettled(), "partition"),
                            found.equal() ? "equal" : "DIFFERENT");
            if (!found.equal()) {
                found.report().entities().stream()
                        .flatMap(entity -> entity.examples().stream())
                        .map(DifferenceLine::of)
                        .limit(SHOWN_DIFFERENCES)
                        .forEach(line -> out().println("  " + line));
            }
            return found.equal() ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
        });
    }

    @Command(
            description = "Makes the follower equal to the authority: marked partitions, residue, differences.",
            mixinStandardHelpOptions = true)
    int repair(@Mixin StageTarget target, @Mixin StageWho who) {
        return refusable(target, control -> {
            RepairCounts report = control.repair(who.by(), who.reason());
            out().println(report);
            return report.failed() == 0 ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
        });
    }

    @Command(
            description = {
                "Prints every change of the stage, with the evidence for it.",
                "Needs the control storage only, so it answers while the other one is down."
            },
            mixinStandardHelpOptions = true)
    int history(@Mixin StageTarget target) {
        for (StageChange change : target.history()) {
            out().printf(
                            Locale.ROOT,
                            "%s  %s -> %s  epoch %d, term %d, %d %%  by %s: %s%s%n",
                            change.at(),
                            change.from(),
                            change.to(),
                            change.epoch(),
                            change.term(),
                            change.percent(),
                            change.by(),
                            change.reason(),
                            change.evidence().isEmpty() ? "" : "  (" + change.evidence() + ")");
        }
        return ExitCode.CLEAN;
    }

    private int move(StageTarget target, Function<StageControl, StageStatus> change) {
        return refusable(target, control -> {
            print(change.apply(control));
            return ExitCode.CLEAN;
        });
    }

    private int refusable(StageTarget target, Function<StageControl, Integer> work) {
        return target.change(control -> {
            try {
                return work.apply(control);
            } catch (StageBlockedException e) {
                out().println("refused; the stage is " + control.status().stage() + ", and blocked by:");
                e.blocks().forEach(block -> out().println("  " + block));
                if (e.blocks().stream().anyMatch(block -> block.guard() == Block.Guard.EQUAL)) {
                    out().println("`storeway stage verify` names them");
                }
                return ExitCode.INCOMPLETE;
            }
        });
    }

    private void print(StageStatus status) {
        out().printf(
                        Locale.ROOT,
                        "%s: %s%s, epoch %d, term %d%s%s%n",
                        status.migration(),
                        status.stage(),
                        status.stage() == Stage.READ_NEW || status.percent() > 0
                                ? " at " + status.percent() + " %"
                                : "",
                        status.epoch(),
                        status.term(),
                        status.synced() ? ", backfill done" : "",
                        status.frozen() ? ", FROZEN" : "");
        out().printf("since %s by %s: %s%n", status.changedAt(), status.changedBy(), status.reason());
        out().printf(
                        Locale.ROOT,
                        "%s (partitions in which the follower may lack a write)%n",
                        status.marks().isPresent() ? Quantity.of(status.marks().getAsLong(), "mark") : "marks unknown");
        if (status.instances().isEmpty()) {
            out().println("no instance of the application holds a lease"
                    + (status.stage() == Stage.OFF || status.stage() == Stage.COMPLETE
                            ? ""
                            : "; what is written now goes past the migration"));
            return;
        }
        TextTable table =
                new TextTable("instance", "acknowledged epoch", "compared reads", "differed", "dropped", "note");
        for (StageStatus.Participant instance : status.instances()) {
            table.row(
                    instance.name(),
                    instance.ackedEpoch(),
                    instance.compares(),
                    instance.mismatches(),
                    instance.dropped(),
                    instance.note());
        }
        table.print(out());
    }
}
