package io.storeway.cli;

import io.storeway.Missing;
import io.storeway.cli.report.DifferenceLine;
import io.storeway.cli.report.RunReport;
import io.storeway.cli.report.TextTable;
import io.storeway.migrate.Difference;
import io.storeway.migrate.repair.Repair;
import io.storeway.migrate.repair.RepairReport;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway repair}. */
@Command(
        name = "repair",
        description = {
            "Lists every difference and, with the --fix and --delete options, makes the target equal to the source.",
            "A partition is repaired as a whole if all of its differences are of the given kinds, and then read again.",
            "Exit code 2 if differences remain."
        },
        mixinStandardHelpOptions = true)
final class RepairCommand implements Callable<Integer> {

    @Mixin
    private Pair pair = new Pair();

    @Option(names = "--fix-missing", description = "Write records that the target lacks.")
    private boolean missing;

    @Option(names = "--fix-value", description = "Replace records that differ.")
    private boolean value;

    @Option(names = "--delete-extra", description = "Delete records that the source lacks; asks first.")
    private boolean extra;

    @Mixin
    private Consent consent = new Consent();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (extra && !consent.to("Deleting the records that the source lacks from " + RunReport.shown(pair.to()))) {
            out.println("Nothing was changed.");
            return ExitCode.FAILED;
        }
        Missing atTarget = kinds().isEmpty() ? Missing.REFUSE : Missing.CREATE;
        return pair.with(atTarget, new ProgressLine(spec.commandLine().getErr()), (source, target, migration) -> {
            RepairReport report = Repair.between(source, target, pair.clock()).run(kinds());
            print(report, out);
            return report.equal() ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
        });
    }

    private Set<Difference.Kind> kinds() {
        Set<Difference.Kind> kinds = EnumSet.noneOf(Difference.Kind.class);
        if (missing) {
            kinds.add(Difference.Kind.MISSING);
        }
        if (value) {
            kinds.add(Difference.Kind.VALUE);
        }
        if (extra) {
            kinds.add(Difference.Kind.EXTRA);
        }
        return kinds;
    }

    private void print(RepairReport report, PrintWriter out) {
        TextTable table =
                new TextTable("type", "missing", "value", "extra", "partitions repaired", "not repaired", "failed");
        for (RepairReport.Entity entity : report.entities()) {
            table.row(
                    entity.entity(),
                    entity.missing(),
                    entity.value(),
                    entity.extra(),
                    entity.repaired(),
                    entity.left(),
                    entity.failed());
        }
        table.print(out);
        for (RepairReport.Entity entity : report.entities()) {
            for (Difference difference : entity.examples()) {
                out.println("    " + DifferenceLine.of(difference));
            }
            for (RepairReport.Failure failure : entity.failures()) {
                out.println("    FAILED " + entity.entity() + " " + failure.partition() + ": " + failure.reason());
            }
        }
        boolean found = report.entities().stream().anyMatch(entity -> entity.differences() > 0);
        out.println(!found ? "no differences" : report.equal() ? "repaired and read again: equal" : "DIFFERENT");
        if (!report.equal() && kinds().isEmpty()) {
            out.println("To repair them: --fix-missing, --fix-value, --delete-extra");
        }
    }
}
