package io.storeway.migrate.routing.internal.reads;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.error.StorageException;
import io.storeway.migrate.Difference;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.convergence.StableComparison;
import io.storeway.migrate.routing.internal.membership.ShadowCounts;
import io.storeway.migrate.routing.internal.membership.View;
import io.storeway.migrate.routing.internal.replication.Sides;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Compares a sample of the partitions that are read, off the request path. A partition that finds the queue full is counted as
 * dropped. A difference counts only if a second look finds it again, with both sides unchanged and no mark. Thread-safe.
 */
public final class ShadowReads {

    private final StableComparison comparison;
    private final RoutingOptions options;
    private final ShadowCounts counts;
    private final Executor executor;
    private final AtomicInteger turn = new AtomicInteger();
    private final Latest<Difference> differences = new Latest<>();

    public ShadowReads(Sides sides, RoutingOptions options, ShadowCounts counts, Executor executor) {
        this.comparison = new StableComparison(sides, options.clock());
        this.options = options;
        this.counts = counts;
        this.executor = executor;
    }

    /** Takes a partition that is about to be read, and compares it later if it belongs to the sample. */
    public void offer(View view, EntityType<?> type, Key partition) {
        if (view.stage() == Stage.SWITCHING
                || options.sample() == 0
                || Math.floorMod(turn.getAndIncrement(), 100) >= options.sample()) {
            return;
        }
        try {
            executor.execute(() -> compare(view, type, partition));
        } catch (RejectedExecutionException full) {
            counts.drop();
        }
    }

    private void compare(View view, EntityType<?> type, Key partition) {
        Side authority = Stages.authority(view.stage()).orElseThrow();
        try {
            Optional<List<Difference>> looked = comparison.compare(authority, type, partition);
            if (looked.isEmpty()) {
                return;
            }
            List<Difference> found = looked.get();
            counts.compared(view.record().epoch(), found.isEmpty());
            found.forEach(difference -> differences.add(redacted(difference)));
        } catch (StorageException e) {
            counts.drop();
        }
    }

    private static Difference redacted(Difference difference) {
        return new Difference(
                difference.entity(),
                difference.partition(),
                Key.of(difference.item()).redacted(),
                difference.kind(),
                difference.fields());
    }

    /** The latest differences; keys are redacted, values are not kept. */
    public List<Difference> differences() {
        return differences.all();
    }
}
