package io.storeway.cli.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.DryRunReport;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.ResidueCount;
import io.storeway.migrate.StopReason;
import io.storeway.migrate.VerificationReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run as one JSON document. */
public final class JsonReport {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private JsonReport() {}

    /** Prints the document. */
    public static void print(RunReport report, PrintWriter out) {
        out.println(of(report));
    }

    /** As {@link #print(RunReport, PrintWriter)}, with the results of a dry run. */
    public static void print(RunReport report, @Nullable DryRunReport dryRun, PrintWriter out) {
        out.println(of(report, dryRun));
    }

    static String of(RunReport report) {
        return of(report, null);
    }

    private static String of(RunReport report, @Nullable DryRunReport dryRun) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("from", report.from());
        root.put("to", report.to());
        root.put("at", report.at().toString());
        root.put("clean", report.clean());
        root.put("openResidue", report.openResidue());
        if (report.plan() != null) {
            plan(report.plan(), root.putObject("plan"));
        }
        if (dryRun != null) {
            dryRun(dryRun, root.putObject("dryRun"));
        }
        if (report.backfill() != null) {
            backfill(report.backfill(), root.putObject("backfill"));
        }
        if (report.verification() != null) {
            verification(report.verification(), root.putObject("verification"));
        }
        times(report, root);
        try {
            return MAPPER.writeValueAsString(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void times(RunReport report, ObjectNode to) {
        if (!report.timeline().isEmpty()) {
            ArrayNode timeline = to.putArray("timeline");
            report.timeline()
                    .forEach(step -> timeline.addObject()
                            .put("phase", step.phase())
                            .put("entity", step.entity())
                            .put("fromSeconds", step.from())
                            .put("toSeconds", step.to())
                            .put("items", step.items()));
        }
        if (!report.stages().isEmpty()) {
            ArrayNode stages = to.putArray("stages");
            report.stages()
                    .forEach(change -> stages.addObject()
                            .put("at", change.at().toString())
                            .put("migration", change.migration())
                            .put("from", change.from().name())
                            .put("to", change.to().name())
                            .put("by", change.by())
                            .put("reason", change.reason())
                            .put("evidence", change.evidence()));
        }
    }

    private static void plan(MigrationPlan plan, ObjectNode to) {
        ArrayNode entities = to.putArray("entities");
        plan.entities().forEach(entity -> {
            ObjectNode node = entities.addObject()
                    .put("entity", entity.entity())
                    .put("units", entity.units())
                    .put("bytes", entity.bytes());
            ArrayNode notCarried = node.putArray("notCarried");
            entity.notCarried().forEach(notCarried::add);
        });
        ArrayNode uncovered = to.putArray("uncovered");
        plan.uncovered()
                .forEach(line -> uncovered
                        .addObject()
                        .put("prefix", line.prefix())
                        .put("keys", line.keys())
                        .put("example", line.example()));
        ArrayNode cautions = to.putArray("cautions");
        plan.cautions().forEach(cautions::add);
    }

    private static void dryRun(DryRunReport dryRun, ObjectNode to) {
        to.put("millis", dryRun.duration().toMillis());
        to.put("estimatedMillis", dryRun.estimatedTime().toMillis());
        ArrayNode entities = to.putArray("entities");
        for (DryRunReport.Entity entity : dryRun.entities()) {
            ObjectNode node = entities.addObject()
                    .put("entity", entity.entity())
                    .put("partitions", entity.partitions())
                    .put("items", entity.items())
                    .put("rows", entity.rows())
                    .put("expired", entity.expired())
                    .put("bytes", entity.bytes())
                    .put("orphans", entity.orphans())
                    .put("numberAndText", entity.numberAndText());
            reasons(entity.refused(), node.putArray("refused"));
            ArrayNode orphans = node.putArray("orphanExamples");
            entity.orphanExamples().forEach(orphans::add);
        }
    }

    private static void reasons(List<ResidueCount> reasons, ArrayNode to) {
        reasons.forEach(reason -> to.addObject()
                .put("kind", reason.kind().name())
                .put("constraint", reason.constraint())
                .put("count", reason.count()));
    }

    private static void backfill(BackfillReport backfill, ObjectNode to) {
        to.put("startedAt", backfill.startedAt().toString());
        to.put("millis", backfill.duration().toMillis());
        to.put("writes", backfill.writes());
        to.put("resumed", backfill.resumed());
        to.put("complete", backfill.complete());
        StopReason stopped = backfill.stopped();
        if (stopped != null) {
            to.put("stopped", stopped.name());
        }
        ArrayNode entities = to.putArray("entities");
        for (EntityProgress entity : backfill.entities()) {
            ObjectNode node = entities.addObject()
                    .put("entity", entity.entity())
                    .put("status", entity.status().name())
                    .put("partitions", entity.partitions())
                    .put("items", entity.items())
                    .put("written", entity.written())
                    .put("unchanged", entity.unchanged())
                    .put("stale", entity.stale())
                    .put("expired", entity.expired())
                    .put("residue", entity.residue());
            reasons(entity.reasons(), node.putArray("reasons"));
        }
    }

    private static void verification(VerificationReport verification, ObjectNode to) {
        to.put("startedAt", verification.startedAt().toString());
        to.put("millis", verification.duration().toMillis());
        to.put("equal", verification.equal());
        to.put("coverage", verification.coverage());
        ArrayNode entities = to.putArray("entities");
        for (VerificationReport.Entity entity : verification.entities()) {
            ObjectNode node = entities.addObject()
                    .put("entity", entity.entity())
                    .put("sourcePartitions", entity.sourcePartitions())
                    .put("targetPartitions", entity.targetPartitions())
                    .put("sourceItems", entity.sourceItems())
                    .put("targetItems", entity.targetItems())
                    .put("residue", entity.residue())
                    .put("differences", entity.differences())
                    .put("passing", entity.passing())
                    .put("moving", entity.moving());
            ArrayNode examples = node.putArray("examples");
            entity.examples().forEach(difference -> {
                ObjectNode example = examples.addObject()
                        .put("kind", difference.kind().name())
                        .put("partition", difference.partition())
                        .put("item", difference.item());
                ArrayNode fields = example.putArray("fields");
                difference.fields().forEach(fields::add);
            });
        }
    }
}
