package io.storeway.cli.report;

import io.storeway.migrate.DryRunReport;
import java.io.PrintWriter;
import java.util.Locale;

/** What a dry run has found, for people. */
public final class DryRunText {

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
        for (DryRunReport.Entity entity : report.entities()) {
            entity.refused()
                    .forEach(reason -> out.printf(
                            Locale.ROOT,
                            "would be refused, %s: %,d items by %s%s%n",
                            entity.entity(),
                            reason.count(),
                            reason.kind(),
                            reason.constraint() == null ? "" : " " + reason.constraint()));
            if (entity.orphans() > 0) {
                out.printf(
                        Locale.ROOT,
                        "orphans, %s: %,d items refer to a record that is not there, for example those of %s%n",
                        entity.entity(),
                        entity.orphans(),
                        String.join(
                                ", ",
                                entity.orphanExamples()
                                        .subList(
                                                0,
                                                Math.min(
                                                        3,
                                                        entity.orphanExamples().size()))));
            }
            if (entity.numberAndText() > 0) {
                out.printf(
                        Locale.ROOT,
                        "the same id as number and as string, %s: %,d items%n",
                        entity.entity(),
                        entity.numberAndText());
            }
        }
        out.printf(
                Locale.ROOT,
                "estimated time of a migration: %s; size of the values: %,d bytes%n",
                spoken(report.estimatedTime().toSeconds()),
                report.entities().stream().mapToLong(DryRunReport.Entity::bytes).sum());
    }

    private static String spoken(long seconds) {
        return seconds < 120 ? Math.max(1, seconds) + " s" : seconds / 60 + " min";
    }
}
