package io.storeway.cli.report;

import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.Difference;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.ResidueCount;
import io.storeway.migrate.ResidueItem;
import io.storeway.migrate.RunStatus;
import io.storeway.migrate.VerificationReport;
import io.storeway.spi.Inventory;
import io.storeway.spi.Residue;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints the result of a run as lines of text. */
public final class TextReport {

    private static final int SHOWN_DIFFERENCES = 10;

    private final PrintWriter out;

    /** Prints to the writer. */
    public TextReport(PrintWriter out) {
        this.out = out;
    }

    /** Prints what was found before copying. */
    public void plan(RunReport report) {
        MigrationPlan plan = report.plan();
        if (plan == null) {
            return;
        }
        out.println("from " + report.from());
        out.println("to   " + report.to());
        out.println();
        // The size is only known of blobs.
        boolean sized = plan.entities().stream().anyMatch(entity -> entity.bytes() > 0);
        TextTable table =
                sized ? new TextTable("type", "keys or rows", "bytes") : new TextTable("type", "keys or rows");
        for (MigrationPlan.Entity entity : plan.entities()) {
            if (sized) {
                table.row(entity.entity(), entity.units(), entity.bytes());
            } else {
                table.row(entity.entity(), entity.units());
            }
        }
        table.print(out);
        for (Inventory.Uncovered uncovered : plan.uncovered()) {
            out.printf(
                    Locale.ROOT,
                    "not covered by any entity type: %s %s (for example %s)%n",
                    Quantity.of(uncovered.keys(), "key"),
                    Visible.of(uncovered.prefix()),
                    Visible.of(uncovered.example()));
        }
        for (MigrationPlan.Entity entity : plan.entities()) {
            entity.notCarried()
                    .forEach(sentence -> out.println("not carried, " + entity.entity() + ": " + Visible.of(sentence)));
        }
        plan.cautions().forEach(sentence -> out.println("caution: " + sentence));
        out.println();
    }

    /** Prints what was copied and how both sides compare. */
    public void result(RunReport report) {
        BackfillReport backfill = report.backfill();
        if (backfill != null) {
            status(backfill.entities());
            out.printf(
                    Locale.ROOT,
                    "%s%s in %.1f s%n",
                    backfill.resumed() ? "continued an interrupted run: " : "",
                    Quantity.of(backfill.writes(), "write"),
                    backfill.duration().toMillis() / 1e3);
            if (backfill.stopped() != null) {
                out.println("INCOMPLETE (" + backfill.stopped() + "): run the same command again to continue");
            }
            reasons(backfill.entities(), report.examples());
        }
        VerificationReport verification = report.verification();
        if (verification != null) {
            verification(verification);
        }
    }

    /** Prints how far each entity type has come. */
    public void status(List<EntityProgress> entities) {
        TextTable table =
                new TextTable("type", "read", "written", "unchanged", "stale", "expired", "residue", "status");
        for (EntityProgress entity : entities) {
            table.row(
                    entity.entity(),
                    entity.items(),
                    entity.written(),
                    entity.unchanged(),
                    entity.stale(),
                    entity.expired(),
                    entity.residue(),
                    status(entity.status()));
        }
        table.print(out);
    }

    static String status(RunStatus status) {
        return status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private void reasons(List<EntityProgress> entities, List<ResidueItem> examples) {
        for (EntityProgress entity : entities) {
            for (ResidueCount reason : entity.reasons()) {
                out.printf(
                        Locale.ROOT,
                        "residue, %s: %s refused by %s%n",
                        entity.entity(),
                        Quantity.of(reason.count(), "item"),
                        rule(reason));
                examples.stream()
                        .filter(item -> item.entity().equals(entity.entity())
                                && item.residue().kind() == reason.kind()
                                && String.valueOf(item.residue().constraint())
                                        .equals(String.valueOf(reason.constraint())))
                        .forEach(item -> out.println("    " + describe(item)));
            }
        }
    }

    /** The rule that refused items: its kind, and the name of the constraint if it has one. */
    static String rule(ResidueCount reason) {
        return reason.constraint() == null ? reason.kind().name() : reason.kind() + " " + reason.constraint();
    }

    /** Where a residue item comes from and why it was refused; its content is left out. */
    static String describe(ResidueItem item) {
        int position = item.residue().position();
        return "key " + (item.partition().isEmpty() ? "(the only one)" : item.partition())
                + (position == Residue.WHOLE ? ", whole value: " : ", position " + position + ": ")
                + item.residue().reason();
    }

    private void verification(VerificationReport verification) {
        TextTable table = new TextTable("type", "source items", "target items", "of which residue", "differences");
        for (VerificationReport.Entity entity : verification.entities()) {
            table.row(
                    entity.entity(),
                    entity.sourceItems(),
                    entity.targetItems(),
                    entity.residue(),
                    entity.differences());
        }
        out.println();
        table.print(out);
        out.printf(
                Locale.ROOT,
                "compared %s partitions of both sides, in both directions, in %.1f s: %s%n",
                verification.full()
                        ? "all"
                        : String.format(Locale.ROOT, "%.1f %% of the", verification.coverage() * 100),
                verification.duration().toMillis() / 1e3,
                verification.equal() ? "equal" : "DIFFERENT");
        verification.entities().stream()
                .filter(entity -> entity.moving() > 0)
                .forEach(entity -> out.printf(
                        Locale.ROOT,
                        "    %s of %s changed during every comparison%n",
                        Quantity.of(entity.moving(), "partition"),
                        entity.entity()));
        for (VerificationReport.Entity entity : verification.entities()) {
            List<Difference> examples = entity.examples();
            examples.stream()
                    .limit(SHOWN_DIFFERENCES)
                    .forEach(difference -> out.println("    " + DifferenceLine.of(difference)));
            if (entity.differences() > SHOWN_DIFFERENCES) {
                out.printf(
                        Locale.ROOT,
                        "    and %,d more%n",
                        entity.differences() - Math.min(SHOWN_DIFFERENCES, examples.size()));
            }
        }
    }
}
