package io.storeway.migrate.routing;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.error.StorageException;
import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.internal.Scan;
import io.storeway.spi.Version;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Converges everything that gives a reason to: marks, residue, differences. */
final class FullRepair {

    private static final int PAGE = 500;

    private final Sides sides;
    private final RoutingOptions options;
    private final Refusals refusals;
    private final Converger converger;

    FullRepair(Sides sides, RoutingOptions options) {
        this.sides = sides;
        this.options = options;
        this.refusals = new Refusals();
        this.converger = new Converger(sides, refusals);
    }

    RepairReport run(StageRecord record) {
        Side authority = record.stage().authority().orElseThrow();
        Repairer.Repaired marks = new Repairer(sides, refusals).repair(authority, record.term(), Instant.MAX);
        long failed = marks.failed();
        long withResidue = 0;
        for (EntityType<?> type : sides.types()) {
            Set<Key> keys = new LinkedHashSet<>();
            Scan.of(sides.of(authority.other()).replica(), type, PAGE, state -> {
                if (!state.residue().isEmpty()) {
                    keys.add(state.key());
                }
            });
            withResidue += keys.size();
            failed += converge(authority, record.term(), type, keys);
        }
        LiveVerification.Finding finding = new LiveVerification(sides, options).run(authority);
        long differing = 0;
        for (VerificationReport.Entity entity : finding.report().entities()) {
            EntityType<?> type = sides.type(entity.entity());
            Set<Key> keys = new LinkedHashSet<>();
            entity.examples().forEach(example -> keys.add(Key.parse(example.partition(), type.partitionKey())));
            differing += keys.size();
            failed += converge(authority, record.term(), type, keys);
        }
        return new RepairReport(marks.repaired(), withResidue, differing, failed);
    }

    private long converge(Side authority, long term, EntityType<?> type, Set<Key> keys) {
        long failed = 0;
        Outage outage = new Outage();
        for (Key key : List.copyOf(keys)) {
            if (outage.met()) {
                failed++;
                continue;
            }
            try {
                converger.converge(authority, term, type, Map.of(key, Version.NONE));
                outage.passed();
            } catch (StorageException e) {
                outage.failed(e);
                failed++;
            }
        }
        return failed;
    }
}
