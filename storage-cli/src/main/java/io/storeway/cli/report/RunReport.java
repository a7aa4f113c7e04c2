package io.storeway.cli.report;

import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.Migration;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.ResidueItem;
import io.storeway.migrate.VerificationReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a run has found out; each step adds its part.
 *
 * @param from the URI that was read
 * @param to the URI that was written or compared
 * @param at the time as of which expiry was judged
 * @param plan what was found before copying, or null
 * @param backfill what was copied, or null
 * @param verification how both sides compare, or null
 * @param examples the first residue items of each reason
 */
public record RunReport(
        String from,
        String to,
        Instant at,
        @Nullable MigrationPlan plan,
        @Nullable BackfillReport backfill,
        @Nullable VerificationReport verification,
        List<ResidueItem> examples) {

    private static final int EXAMPLES = 3;

    /** Copies the list. */
    public RunReport {
        examples = List.copyOf(examples);
    }

    /** A report of nothing yet. */
    public static RunReport of(String from, String to, Instant at) {
        return new RunReport(from, to, at, null, null, null, List.of());
    }

    /** With the plan. */
    public RunReport withPlan(MigrationPlan found) {
        return new RunReport(from, to, at, found, backfill, verification, examples);
    }

    /** With the end of the backfill. */
    public RunReport withBackfill(BackfillReport ended) {
        return new RunReport(from, to, at, plan, ended, verification, examples);
    }

    /** With the comparison. */
    public RunReport withVerification(VerificationReport compared) {
        return new RunReport(from, to, at, plan, backfill, compared, examples);
    }

    /** With the first residue items of each entity type and rule, read from the target if there are any. */
    public RunReport withResidueOf(Migration migration) {
        if (backfill == null || backfill.clean()) {
            return this;
        }
        Map<String, Integer> seen = new HashMap<>();
        List<ResidueItem> first = new ArrayList<>();
        migration.residue(item -> {
            String rule = item.entity() + item.residue().kind() + item.residue().constraint();
            if (seen.merge(rule, 1, Integer::sum) <= EXAMPLES) {
                first.add(item);
            }
        });
        return new RunReport(from, to, at, plan, backfill, verification, first);
    }

    /** Whether no difference was found; true if nothing was compared. */
    public boolean equal() {
        return verification == null || verification.equal();
    }

    /** Whether the backfill stopped before its end. */
    public boolean incomplete() {
        return backfill != null && !backfill.complete();
    }

    /** Whether nothing is left as residue and no difference was found. */
    public boolean clean() {
        return equal() && (backfill == null || backfill.clean());
    }
}
