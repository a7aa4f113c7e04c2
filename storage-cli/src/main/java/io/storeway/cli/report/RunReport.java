package io.storeway.cli.report;

import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.Migration;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.ResidueItem;
import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.routing.StageChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The results of a run, of which each step adds its part.
 *
 * @param from the URI that was read, without what may hold a password
 * @param to the URI that was written or compared, likewise
 * @param at the time as of which expiry was judged
 * @param plan what was found before copying, or null if there was no plan
 * @param backfill what was copied, or null if nothing was
 * @param verification how both sides compare, or null if they were not compared
 * @param openResidueByType how many residue items nobody has accepted, where there are any
 * @param examples the first of those of each reason
 * @param timeline the steps of the run
 * @param stages the changes of stage that the target knows of
 */
public record RunReport(
        String from,
        String to,
        Instant at,
        @Nullable MigrationPlan plan,
        @Nullable BackfillReport backfill,
        @Nullable VerificationReport verification,
        Map<String, Long> openResidueByType,
        List<ResidueItem> examples,
        List<Timeline.Step> timeline,
        List<StageChange> stages) {

    private static final int EXAMPLES = 3;

    /** Copies the collections. */
    public RunReport {
        openResidueByType = Map.copyOf(openResidueByType);
        examples = List.copyOf(examples);
        timeline = List.copyOf(timeline);
        stages = List.copyOf(stages);
    }

    /** The report of a run that has not done anything yet. */
    public static RunReport of(String from, String to, Instant at) {
        return new RunReport(shown(from), shown(to), at, null, null, null, Map.of(), List.of(), List.of(), List.of());
    }

    /** With the plan. */
    public RunReport withPlan(MigrationPlan found) {
        return new RunReport(
                from, to, at, found, backfill, verification, openResidueByType, examples, timeline, stages);
    }

    /** With the result of the backfill. */
    public RunReport withBackfill(BackfillReport ended) {
        return new RunReport(from, to, at, plan, ended, verification, openResidueByType, examples, timeline, stages);
    }

    /** With the comparison. */
    public RunReport withVerification(VerificationReport compared) {
        return new RunReport(from, to, at, plan, backfill, compared, openResidueByType, examples, timeline, stages);
    }

    /** With the number of residue items that nobody has accepted, and the first of each rule; read from the target if there are any. */
    public RunReport withResidueOf(Migration migration) {
        if (backfill == null || backfill.clean()) {
            return this;
        }
        Map<String, Integer> seen = new HashMap<>();
        List<ResidueItem> first = new ArrayList<>();
        Map<String, Long> open = new HashMap<>();
        migration.target().openResidue(item -> {
            open.merge(item.entity(), 1L, Long::sum);
            String rule = item.entity() + item.residue().kind() + item.residue().constraint();
            if (seen.merge(rule, 1, Integer::sum) <= EXAMPLES) {
                first.add(item);
            }
        });
        return new RunReport(from, to, at, plan, backfill, verification, open, first, timeline, stages);
    }

    /** With the timeline of the run and the changes of stage. */
    public RunReport withTimes(Timeline run, List<StageChange> changes) {
        return new RunReport(
                from, to, at, plan, backfill, verification, openResidueByType, examples, run.steps(), changes);
    }

    /** Whether no difference was found; true if nothing was compared. */
    public boolean equal() {
        return verification == null || verification.equal();
    }

    /** Whether the backfill stopped before its end. */
    public boolean incomplete() {
        return backfill != null && !backfill.complete();
    }

    /** Whether the run is complete, all residue is accepted, and no difference was found. */
    public boolean clean() {
        return equal() && openResidue() == 0 && !incomplete();
    }

    /** How many residue items nobody has accepted. */
    public long openResidue() {
        return openResidueByType.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many items the backfill has left as residue, including accepted ones. */
    long residue() {
        return backfill == null
                ? 0
                : backfill.entities().stream()
                        .mapToLong(EntityProgress::residue)
                        .sum();
    }

    /** The result in a few words. */
    String verdict() {
        if (!equal()) {
            return "the two sides differ";
        }
        String kept = residue() == 0 ? "" : ", " + Quantity.of(residue(), "item") + " kept as residue";
        return (verification == null ? "copied" : "both sides are equal") + kept;
    }

    /** A URI without what may hold a password. */
    public static String shown(String uri) {
        int authority = uri.indexOf("//");
        String plain = uri.replaceFirst("[?;].*$", "");
        if (authority < 0 || authority + 2 > plain.length() || uri.indexOf('@', authority) < 0) {
            return plain;
        }
        // A password may hold any character if nobody has escaped it.
        int at = uri.lastIndexOf('@');
        return uri.substring(0, authority + 2) + (at < plain.length() ? plain.substring(at + 1) : "…");
    }
}
