package io.storeway.cli.report;

import io.storeway.migrate.DryRunReport;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints what a dry run has found. */
public final class DryRunText {

    private static final int SHOWN_ORPHANS = 3;

    private DryRunText() {}

    /** Prints tables and sentences. */
    public static void print(DryRunReport report, PrintWriter out) {
        TextTable table = new TextTable("type", "items", "rows", "expired", "refused", "bytes");
        for (DryRunReport.Entity entity : report.entities()) {
            table.row(
                    entity.entity(),
                    entity.items(),
                    entity.rows(),
                    entity.expired(),
                    entity.items() - entity.rows() - entity.expired(),
                    entity.bytes());
        }
        table.print(out);
        report.entities().forEach(entity -> findings(entity, out));
        out.printf(
                Locale.ROOT,
                "estimated time of a migration: %s; size of the values: %,d bytes%n",
                spoken(report.estimatedTime().toSeconds()),
                report.entities().stream().mapToLong(DryRunReport.Entity::bytes).sum());
    }

    private static void findings(DryRunReport.Entity entity, PrintWriter out) {
        entity.refused()
                .forEach(reason -> out.printf(
                        Locale.ROOT,
                        "would be refused, %s: %s by %s%n",
                        entity.entity(),
                        Quantity.of(reason.count(), "item"),
                        TextReport.rule(reason)));
        if (entity.orphans() > 0) {
            out.printf(
                    Locale.ROOT,
                    "orphans, %s: %s with a reference to a missing record, for example in %s%n",
                    entity.entity(),
                    Quantity.of(entity.orphans(), "item"),
                    entity.orphanExamples().stream().limit(SHOWN_ORPHANS).collect(Collectors.joining(", ")));
        }
        if (entity.numberAndText() > 0) {
            out.printf(
                    Locale.ROOT,
                    "the same id as number and as string, %s: %s%n",
                    entity.entity(),
                    Quantity.of(entity.numberAndText(), "item"));
        }
    }

    private static String spoken(long seconds) {
        return seconds < 120 ? Math.max(1, seconds) + " s" : seconds / 60 + " min";
    }
}
