package io.storeway.cli.report;

import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.Difference;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.ResidueCount;
import io.storeway.migrate.ResidueItem;
import io.storeway.migrate.VerificationReport;
import io.storeway.spi.Inventory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A run as one self-contained HTML page. Keys are shown, values are not. */
public final class HtmlReport {

    private final RunReport report;
    private final Html html = new Html();

    private HtmlReport(RunReport report) {
        this.report = report;
    }

    /**
     * Makes sure, before any work is done, that the page can be written.
     *
     * @throws IOException if its folder is missing or not writable
     */
    public static void checkWritable(Path file) throws IOException {
        ReportFile.checkWritable(file);
    }

    /** Writes the page; a reader never sees a part of it. */
    public static void write(RunReport report, Path file) throws IOException {
        ReportFormat.HTML.write(report, file);
    }

    static String of(RunReport report) {
        return new HtmlReport(report).page();
    }

    private String page() {
        header();
        entities();
        differences();
        residue();
        notes();
        HtmlTimeline times = new HtmlTimeline(html);
        times.steps(report.timeline());
        times.stages(report.stages());
        return Page.of("Storeway: " + report.verdict(), html.toString());
    }

    private List<EntityProgress> progress() {
        BackfillReport backfill = report.backfill();
        return backfill == null ? List.of() : backfill.entities();
    }

    private void header() {
        String tone = !report.equal() ? "bad" : report.openResidue() > 0 ? "warn" : "good";
        html.open("header").open("p", "class", "brand").text("Storeway").close();
        html.open("h1", "class", tone).text(report.verdict()).close();
        html.open("dl");
        pair("from", report.from());
        pair("to", report.to());
        pair("expiry as of", report.at().toString());
        BackfillReport backfill = report.backfill();
        if (backfill != null) {
            pair(
                    "copied",
                    String.format(
                            Locale.ROOT,
                            "%s in %.1f s%s",
                            Quantity.of(backfill.writes(), "write"),
                            backfill.duration().toMillis() / 1e3,
                            backfill.resumed() ? ", continuing an interrupted run" : ""));
        }
        VerificationReport verification = report.verification();
        if (verification != null) {
            pair(
                    "compared",
                    String.format(
                            Locale.ROOT,
                            "all partitions, both directions, in %.1f s",
                            verification.duration().toMillis() / 1e3));
        }
        html.close().close();
    }

    private void pair(String term, String value) {
        html.open("div")
                .open("dt")
                .text(term)
                .close()
                .open("dd")
                .text(value)
                .close()
                .close();
    }

    private void entities() {
        html.open("h2").text("Entity types").close();
        html.table(
                "type",
                "#read",
                "#written",
                "#unchanged",
                "#stale",
                "#expired",
                "#residue",
                "#source",
                "#target",
                "#differences");
        for (String entity : names()) {
            Optional<EntityProgress> copied = progress().stream()
                    .filter(line -> line.entity().equals(entity))
                    .findFirst();
            Optional<VerificationReport.Entity> compared = compared().stream()
                    .filter(line -> line.entity().equals(entity))
                    .findFirst();
            html.row(
                    entity,
                    number(copied.map(EntityProgress::items)),
                    number(copied.map(EntityProgress::written)),
                    number(copied.map(EntityProgress::unchanged)),
                    number(copied.map(EntityProgress::stale)),
                    number(copied.map(EntityProgress::expired)),
                    number(copied.map(EntityProgress::residue)),
                    number(compared.map(VerificationReport.Entity::sourceItems)),
                    number(compared.map(VerificationReport.Entity::targetItems)),
                    number(compared.map(VerificationReport.Entity::differences)));
        }
        html.endTable();
    }

    private List<String> names() {
        return Stream.concat(
                        progress().stream().map(EntityProgress::entity),
                        compared().stream().map(VerificationReport.Entity::entity))
                .distinct()
                .toList();
    }

    private List<VerificationReport.Entity> compared() {
        VerificationReport verification = report.verification();
        return verification == null ? List.of() : verification.entities();
    }

    private void residue() {
        if (report.residue() == 0) {
            return;
        }
        html.open("h2").text("Residue").close();
        html.open("p")
                .text(
                        "Items that the target can't hold as rows. They are kept in the target with key, position, reason and"
                                + " raw content. The comparison includes them, and a migration back restores them."
                                + String.format(Locale.ROOT, " Not accepted: %,d.", report.openResidue()))
                .close();
        html.table("type", "rule", "constraint", "#items");
        for (EntityProgress entity : progress()) {
            for (ResidueCount reason : entity.reasons()) {
                html.row(
                        entity.entity(),
                        reason.kind().name(),
                        Visible.orDash(reason.constraint()),
                        String.format(Locale.ROOT, "%,d", reason.count()));
            }
        }
        html.endTable();
        html.open("details")
                .open("summary")
                .text("First examples of each rule")
                .close()
                .open("ul");
        for (ResidueItem item : report.examples()) {
            html.open("li")
                    .text(item.entity() + ", " + TextReport.describe(item))
                    .close();
        }
        html.close().close();
    }

    private void differences() {
        if (report.equal()) {
            return;
        }
        html.open("h2").text("Differences").close();
        html.open("p")
                .text("The first ones, with keys and the names of fields; values are left out.")
                .close();
        html.table("type", "item", "kind", "fields");
        for (VerificationReport.Entity entity : compared()) {
            for (Difference difference : entity.examples()) {
                html.row(
                        difference.entity(),
                        difference.item(),
                        difference.kind().name(),
                        Visible.orDash(String.join(", ", difference.fields())));
            }
        }
        html.endTable();
    }

    private void notes() {
        MigrationPlan plan = report.plan();
        if (plan == null) {
            return;
        }
        if (!plan.cautions().isEmpty()) {
            html.open("h2")
                    .text("Not promised by this pair of storages")
                    .close()
                    .open("ul");
            for (String sentence : plan.cautions()) {
                html.open("li").text(sentence).close();
            }
            html.close();
        }
        if (!plan.uncovered().isEmpty()) {
            html.open("h2").text("Not covered by any entity type").close();
            html.table("keys that begin with", "for example", "#keys");
            for (Inventory.Uncovered line : plan.uncovered()) {
                html.row(line.prefix(), line.example(), String.format(Locale.ROOT, "%,d", line.keys()));
            }
            html.endTable();
        }
        if (plan.entities().stream().anyMatch(entity -> !entity.notCarried().isEmpty())) {
            html.open("h2").text("Not carried").close().open("ul");
            for (MigrationPlan.Entity entity : plan.entities()) {
                for (String sentence : entity.notCarried()) {
                    html.open("li").text(entity.entity() + ": " + sentence).close();
                }
            }
            html.close();
        }
    }

    private static String number(Optional<Long> value) {
        return value.map(number -> String.format(Locale.ROOT, "%,d", number)).orElse("–");
    }
}
