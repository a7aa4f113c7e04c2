package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.migrate.internal.Convergence;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One pass over an entity type: page by page, each page and its checkpoint in one unit of work of the target. */
final class TypeCopy {

    private final Pairing pair;
    private final EntityType<?> type;
    private final Consumer<ReplicaUnit> guard;
    private final Meter meter;
    private final Budget budget;
    private final Convergence convergence;
    private final LiveRows live;
    private final BatchSize size;
    private Tally tally;
    private boolean saved;
    private long writes;
    private @Nullable StopReason stopped;

    TypeCopy(Pairing pair, EntityType<?> type, Consumer<ReplicaUnit> guard, Meter meter, Budget budget) {
        this.pair = pair;
        this.type = type;
        this.guard = guard;
        this.meter = meter;
        this.budget = budget;
        this.convergence = new Convergence(pair.target(), pair.planner()::carried);
        this.live = LiveRows.of(type, pair.clock().instant());
        this.size = BatchSize.of(pair.pace().batch(), pair.pace().limits().recordsPerSecond());
        this.tally = new Tally(type.name(), "");
    }

    /** How many rows, residue items and deletions were written. */
    long writes() {
        return writes;
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
        tally = interrupted == null ? new Tally(type.name(), planHash) : Tally.of(interrupted);
        saved = interrupted != null || !known;
        meter.begin(ProgressListener.Phase.BACKFILL, type.name(), tally.partitions(), tally.items());
        @Nullable String at = interrupted == null ? null : interrupted.cursor();
        try (Pages pages = new Pages(
                pair.source().replica(),
                type,
                pair.pace().retries(),
                at,
                size::size,
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
            return tally.checkpoint(RunStatus.RUNNING, at, pair.clock().instant())
                    .progress();
        }
        return tally.checkpoint(tally.atEnd(), null, pair.clock().instant()).progress();
    }

    private void copy(ReplicaStore.ScanPage page) {
        long start = pair.pace().timer().nanos();
        long before = tally.items();
        long errors = copy(page.partitions(), page.next(), true);
        long nanos = pair.pace().timer().nanos() - start;
        long items = tally.items() - before;
        size.took(items, nanos);
        budget.used(items, budget.countsBytes() ? bytes(page.partitions()) : 0, errors, nanos);
        pair.listener()
                .progress(meter.at(ProgressListener.Phase.BACKFILL, type.name(), tally.partitions(), tally.items()));
    }

    private static long bytes(List<PartitionState> partitions) {
        return partitions.stream()
                .flatMap(state -> state.items().stream())
                .mapToLong(item -> item.payload().bytes().length)
                .sum();
    }

    /**
     * Copies partitions in one unit. Where an undeclared rule of the target refuses the unit as a whole, it is cut in two
     * until the partition is found that is refused by itself.
     *
     * @param last whether the checkpoint goes with it
     * @return how many items have newly become residue
     */
    private long copy(List<PartitionState> partitions, @Nullable String next, boolean last) {
        try {
            return unit(partitions, next, last);
        } catch (ConstraintViolationException | InvalidValueException e) {
            if (partitions.size() < 2) {
                return alone(partitions, next, last, e);
            }
            int half = partitions.size() / 2;
            return copy(partitions.subList(0, half), next, false)
                    + copy(partitions.subList(half, partitions.size()), next, last);
        }
    }

    /** Takes items out of a partition that is refused by itself until the rest of it goes in. */
    private long alone(List<PartitionState> partitions, @Nullable String next, boolean last, StorageException refused) {
        if (partitions.isEmpty()) {
            throw refused;
        }
        PoisonSearch search = new PoisonSearch(convergence, type, this::write);
        return unit(List.of(search.heal(live.of(partitions.get(0)), refused)), next, last);
    }

    private void write(PartitionState state) {
        pair.pace()
                .retries()
                .call(() -> pair.target().replica().transact(unit -> {
                    guard.accept(unit);
                    return convergence.apply(unit, type, List.of(state));
                }));
    }

    private long unit(List<PartitionState> partitions, @Nullable String next, boolean last) {
        Part part = new Part(partitions, next, last);
        PartResult result =
                pair.pace().retries().call(() -> pair.target().replica().transact(part::apply));
        tally = result.tally();
        writes += result.writes();
        saved |= result.writes() > 0;
        return result.errors();
    }

    /** A run over unchanged data saves nothing on its way; where it stops, the next one has to know. */
    private void saveWhereItStopped(@Nullable String at) {
        if (!saved && at != null) {
            saved = true;
            unit(List.of(), at, true);
        }
    }

    /** What a unit of work has done. */
    private record PartResult(Tally tally, long writes, long errors) {}

    /** Some partitions of the source. The unit of work may run it more than once, so it changes nothing of its own. */
    private final class Part {
        private final List<PartitionState> partitions;
        private final @Nullable String next;
        private final boolean last;

        Part(List<PartitionState> partitions, @Nullable String next, boolean last) {
            this.partitions = partitions;
            this.next = next;
            this.last = last;
        }

        PartResult apply(ReplicaUnit unit) {
            guard.accept(unit);
            Tally counted = tally.copy();
            List<PartitionState> states = new ArrayList<>(partitions.size());
            for (PartitionState partition : partitions) {
                PartitionState state = live.of(partition);
                counted.expired(partition.items().size() - state.items().size());
                states.add(state);
            }
            long changed = 0;
            long errors = 0;
            for (Convergence.Result result : convergence.apply(unit, type, states)) {
                PartitionState state = result.state();
                counted.partition(state, result.outcome());
                if (result.outcome() == Outcome.APPLIED) {
                    changed += state.items().size() + state.residue().size();
                    errors += state.residue().size();
                }
            }
            if (last && (changed > 0 || saved)) {
                RunStatus status = next == null ? counted.atEnd() : RunStatus.RUNNING;
                unit.repository(Checkpoint.TYPE)
                        .save(counted.checkpoint(status, next, pair.clock().instant()));
            }
            return new PartResult(counted, changed, errors);
        }
    }
}
