package io.storeway.cli.report;

import io.storeway.cli.report.Timeline.Step;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.Difference;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.ResidueCount;
import io.storeway.migrate.VerificationReport;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A run as Markdown. Keys are shown, values are not. */
final class MarkdownReport {

    private final RunReport report;
    private final StringBuilder out = new StringBuilder();

    private MarkdownReport(RunReport report) {
        this.report = report;
    }

    static String of(RunReport report) {
        return new MarkdownReport(report).text();
    }

    private String text() {
        out.append("# Storeway: ").append(escaped(report.verdict())).append("\n\n");
        item("from", report.from());
        item("to", report.to());
        item("expiry as of", report.at().toString());
        BackfillReport backfill = report.backfill();
        if (backfill != null) {
            item(
                    "copied",
                    String.format(
                            Locale.ROOT,
                            "%s in %s",
                            Quantity.of(backfill.writes(), "write"),
                            time(backfill.duration())));
            copied(backfill);
        }
        VerificationReport verification = report.verification();
        if (verification != null) {
            compared(verification);
        }
        plan();
        timeline();
        return out.toString();
    }

    private static String time(Duration duration) {
        return Plot.time(duration.toMillis() / 1e3);
    }

    private void copied(BackfillReport backfill) {
        table("Copied", "type", "read", "written", "unchanged", "stale", "expired", "residue", "status");
        for (EntityProgress entity : backfill.entities()) {
            row(
                    entity.entity(),
                    entity.items(),
                    entity.written(),
                    entity.unchanged(),
                    entity.stale(),
                    entity.expired(),
                    entity.residue(),
                    TextReport.status(entity.status()));
        }
        if (backfill.entities().stream().anyMatch(entity -> entity.residue() > 0)) {
            table("Residue", "type", "rule", "constraint", "items");
            for (EntityProgress entity : backfill.entities()) {
                for (ResidueCount reason : entity.reasons()) {
                    row(entity.entity(), reason.kind(), Visible.orDash(reason.constraint()), reason.count());
                }
            }
            out.append(String.format(Locale.ROOT, "%nNot accepted: %,d, for example:%n%n", report.openResidue()));
            report.examples()
                    .forEach(item -> out.append("- ")
                            .append(escaped(item.entity() + ", " + TextReport.describe(item)))
                            .append('\n'));
        }
    }

    private void compared(VerificationReport verification) {
        table("Compared", "type", "source items", "target items", "of which residue", "differences");
        for (VerificationReport.Entity entity : verification.entities()) {
            row(entity.entity(), entity.sourceItems(), entity.targetItems(), entity.residue(), entity.differences());
        }
        if (!verification.equal()) {
            table("Differences", "type", "item", "kind", "fields");
            for (VerificationReport.Entity entity : verification.entities()) {
                for (Difference difference : entity.examples()) {
                    row(
                            difference.entity(),
                            difference.item(),
                            difference.kind(),
                            Visible.orDash(String.join(", ", difference.fields())));
                }
            }
        }
    }

    private void plan() {
        MigrationPlan plan = report.plan();
        if (plan == null) {
            return;
        }
        if (!plan.cautions().isEmpty()) {
            table("Not promised", "by this pair of storages");
            plan.cautions().forEach(sentence -> row(sentence));
        }
        if (!plan.uncovered().isEmpty()) {
            table("Not covered by any entity type", "keys that begin with", "for example", "keys");
            plan.uncovered().forEach(line -> row(line.prefix(), line.example(), line.keys()));
        }
        List<String> notCarried = plan.entities().stream()
                .flatMap(entity -> entity.notCarried().stream().map(sentence -> entity.entity() + ": " + sentence))
                .toList();
        if (!notCarried.isEmpty()) {
            out.append("\n## Not carried\n\n");
            notCarried.forEach(
                    sentence -> out.append("- ").append(escaped(sentence)).append('\n'));
        }
    }

    private void timeline() {
        if (report.timeline().isEmpty()) {
            return;
        }
        table("Timeline", "step", "type", "from", "for", "items", "items/s");
        for (Step step : report.timeline()) {
            double seconds = step.to() - step.from();
            row(
                    step.phase(),
                    step.entity(),
                    Plot.time(step.from()),
                    Plot.time(seconds),
                    step.items(),
                    Math.round(step.items() / Math.max(seconds, 1e-3)));
        }
    }

    private void item(String name, String value) {
        out.append("- ").append(name).append(": ").append(escaped(value)).append('\n');
    }

    private void table(String title, String... headings) {
        out.append("\n## ").append(title).append("\n\n| ");
        out.append(String.join(" | ", headings)).append(" |\n|");
        out.append("---|".repeat(headings.length)).append('\n');
    }

    private void row(Object... cells) {
        out.append("| ")
                .append(Arrays.stream(cells).map(MarkdownReport::cell).collect(Collectors.joining(" | ")))
                .append(" |\n");
    }

    private static String cell(Object cell) {
        return cell instanceof Long number ? String.format(Locale.ROOT, "%,d", number) : escaped(String.valueOf(cell));
    }

    /** Punctuation that Markdown or HTML would take as its own gets a backslash, or an entity. */
    private static String escaped(String text) {
        return Visible.of(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replaceAll("([\\\\`*_{}\\[\\]()#+!|~>])", "\\\\$1");
    }
}
