package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.migrate.internal.Convergence;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One pass over an entity type: page by page. With one worker, each page and its checkpoint are one unit of work of the
 * target; with several, each writes a part of the page, and the checkpoint follows when all of them are done.
 */
final class TypeCopy {

    private final Pairing pair;
    private final EntityType<?> type;
    private final Meter meter;
    private final Budget budget;
    private final PartitionCopy.Target into;
    private final @Nullable Workers workers;
    private final BatchSize size;
    private PartitionCopy copied;
    private boolean saved;
    private @Nullable StopReason stopped;

    TypeCopy(
            Pairing pair,
            EntityType<?> type,
            Consumer<ReplicaUnit> guard,
            Meter meter,
            Budget budget,
            @Nullable Workers workers) {
        this.pair = pair;
        this.type = type;
        this.meter = meter;
        this.budget = budget;
        this.into = new PartitionCopy.Target(
                pair,
                type,
                guard,
                new Convergence(pair.target(), pair.planner()::carried),
                LiveRows.of(type, pair.clock().instant()));
        this.workers = Workers.share(type) ? workers : null;
        this.size = BatchSize.of(pair.pace().batch(), pair.pace().limits().recordsPerSecond());
        this.copied = new PartitionCopy(into, new Tally(type.name(), ""));
    }

    /** How many rows, residue items and deletions were written. */
    long writes() {
        return copied.writes();
    }

    /** Why the pass stopped before its end, or null. */
    @Nullable
    StopReason stopped() {
        return stopped;
    }

    /**
     * Copies what is left.
     *
     * @param interrupted where an earlier run stopped, or null to begin anew
     * @param known whether there is a checkpoint of any run; it is left as it is while nothing changes
     */
    EntityProgress run(@Nullable Checkpoint interrupted, boolean known, String planHash) {
        copied =
                new PartitionCopy(into, interrupted == null ? new Tally(type.name(), planHash) : Tally.of(interrupted));
        saved = interrupted != null || !known;
        meter.begin(
                ProgressListener.Phase.BACKFILL,
                type.name(),
                copied.tally().partitions(),
                copied.tally().items());
        @Nullable String at = interrupted == null ? null : interrupted.cursor();
        try (Pages pages = new Pages(
                pair.source().replica(),
                type,
                pair.pace().retries(),
                at,
                () -> size.size() * lanes(),
                pair.pace().readAhead())) {
            while (pages.hasNext() && stopped == null) {
                stopped = budget.await();
                if (stopped == null) {
                    ReplicaStore.ScanPage page = pages.next();
                    copy(page);
                    at = page.next();
                }
            }
        }
        if (stopped != null) {
            saveWhereItStopped(at);
            return checkpoint(copied.tally(), RunStatus.RUNNING, at).progress();
        }
        return checkpoint(copied.tally(), copied.tally().atEnd(), null).progress();
    }

    private int lanes() {
        return workers == null ? 1 : workers.count();
    }

    private void copy(ReplicaStore.ScanPage page) {
        long start = pair.pace().timer().nanos();
        long before = copied.tally().items();
        long errors = copied.errors();
        if (workers == null) {
            copied.copy(page.partitions(), ending(page.next()));
        } else {
            workers.copy(into, page.partitions()).forEach(copied::add);
            copied.copy(List.of(), ending(page.next()));
        }
        long nanos = pair.pace().timer().nanos() - start;
        long items = copied.tally().items() - before;
        size.took(items / lanes(), nanos);
        budget.used(items, budget.countsBytes() ? bytes(page.partitions()) : 0, copied.errors() - errors, nanos);
        pair.listener()
                .progress(meter.at(
                        ProgressListener.Phase.BACKFILL,
                        type.name(),
                        copied.tally().partitions(),
                        copied.tally().items()));
    }

    private static long bytes(List<PartitionState> partitions) {
        return partitions.stream()
                .flatMap(state -> state.items().stream())
                .mapToLong(item -> item.payload().bytes().length)
                .sum();
    }

    /** Saves the checkpoint, unless nothing has been written in this pass and an earlier one is still right. */
    private PartitionCopy.Ending ending(@Nullable String next) {
        return (unit, counted, writes) -> {
            if (writes > 0 || saved) {
                RunStatus status = next == null ? counted.atEnd() : RunStatus.RUNNING;
                unit.repository(Checkpoint.TYPE).save(checkpoint(counted, status, next));
            }
        };
    }

    private Checkpoint checkpoint(Tally counted, RunStatus status, @Nullable String cursor) {
        return counted.checkpoint(status, cursor, pair.clock().instant());
    }

    /** A run over unchanged data saves nothing on its way; where it stops, the next one has to know. */
    private void saveWhereItStopped(@Nullable String at) {
        if (!saved && copied.writes() == 0 && at != null) {
            saved = true;
            copied.copy(List.of(), ending(at));
        }
    }
}
