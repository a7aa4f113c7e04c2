package io.storeway.migrate.internal.backfill;

import io.storeway.EntityType;
import io.storeway.migrate.internal.Convergence;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.migrate.internal.run.Budget;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Copies pages of one type with one worker or several, adapts their size, and charges them to the budget. Not thread-safe. */
final class PageCopy {

    private final Pairing pair;
    private final EntityType<?> type;
    private final Budget budget;
    private final @Nullable Workers workers;
    private final BatchSize size;
    private final Convergence convergence;
    private final LiveRows live;

    /**
     * Starts.
     *
     * @param workers who copy, or null for the caller's thread alone
     */
    PageCopy(Pairing pair, EntityType<?> type, Budget budget, @Nullable Workers workers) {
        this.pair = pair;
        this.type = type;
        this.budget = budget;
        this.workers = Workers.anyOrder(type) ? workers : null;
        this.size = BatchSize.of(pair.pace().batch(), pair.pace().limits().recordsPerSecond());
        this.convergence = new Convergence(pair.target(), pair.planner()::carried);
        this.live = LiveRows.of(type, pair.clock().instant());
    }

    /** The target, with a guard at the start of each unit of work. */
    PartitionCopy.Target into(Consumer<ReplicaUnit> guard) {
        return new PartitionCopy.Target(pair, type, guard, convergence, live);
    }

    /** About how many items the next page should have. */
    int size() {
        return size.size() * lanes();
    }

    private int lanes() {
        return workers == null ? 1 : workers.count();
    }

    /** Copies a page. The ending is written last, in a unit of work that takes effect only if all of the page has. */
    void copy(PartitionCopy copy, List<PartitionState> partitions, PartitionCopy.Ending ending) {
        long start = pair.pace().timer().nanos();
        long before = copy.tally().items();
        long errors = copy.errors();
        copy.copy(workers, partitions, ending);
        long nanos = pair.pace().timer().nanos() - start;
        long items = copy.tally().items() - before;
        size.took(items / lanes(), nanos);
        budget.used(items, partitions, copy.errors() - errors, nanos);
    }
}
