package io.storeway.migrate.internal.backfill;

import io.storeway.EntityType;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.migrate.internal.Convergence;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.migrate.internal.checkpoint.Tally;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Copies partitions of one type in units of work, and counts what becomes of them. Not thread-safe. */
final class PartitionCopy {

    private final Target into;
    private Tally tally;
    private long writes;
    private long errors;

    /**
     * Starts.
     *
     * @param tally what was counted before; the object itself isn't changed
     */
    PartitionCopy(Target into, Tally tally) {
        this.into = into;
        this.tally = tally;
    }

    /**
     * Where to copy to, and how. Thread-safe.
     *
     * @param guard is called at the start of each unit of work and throws if the run may not write any more
     */
    record Target(
            Pairing pair, EntityType<?> type, Consumer<ReplicaUnit> guard, Convergence convergence, LiveRows live) {

        private <R> R transact(Function<ReplicaUnit, R> work) {
            return pair.pace()
                    .retries()
                    .call(() -> pair.target().replica().transact(unit -> {
                        guard.accept(unit);
                        return work.apply(unit);
                    }));
        }
    }

    /** Is called in the unit of work that writes the last of the partitions. */
    interface Ending {
        /**
         * Writes what has to take effect together with them, such as a checkpoint.
         *
         * @param counted what became of everything copied so far, including these partitions
         * @param writes how much was written so far, including these partitions
         */
        void write(ReplicaUnit unit, Tally counted, long writes);
    }

    Tally tally() {
        return tally;
    }

    /** How many rows, residue items and deletions were written. */
    long writes() {
        return writes;
    }

    /** How many items of the written partitions have become residue. */
    long errors() {
        return errors;
    }

    private void add(PartitionCopy other) {
        Tally sum = tally.copy();
        sum.add(other.tally);
        tally = sum;
        writes += other.writes;
        errors += other.errors;
    }

    /** Copies partitions by several workers, and ends when all of them are done; without workers as {@link #copy}. */
    void copy(@Nullable Workers workers, List<PartitionState> partitions, Ending ending) {
        if (workers == null) {
            copy(partitions, ending);
        } else {
            workers.copy(into, tally.none(into.type().name()), partitions).forEach(this::add);
            copy(List.of(), ending);
        }
    }

    /**
     * Copies partitions in one unit of work. If the target refuses the unit as a whole, by a rule that the entity type doesn't declare,
     * the unit is halved again and again until the refused partition stands alone.
     */
    void copy(List<PartitionState> partitions, @Nullable Ending ending) {
        try {
            unit(partitions, ending);
        } catch (ConstraintViolationException | InvalidValueException e) {
            if (partitions.size() < 2) {
                alone(partitions, ending, e);
            } else {
                int half = partitions.size() / 2;
                copy(partitions.subList(0, half), null);
                copy(partitions.subList(half, partitions.size()), ending);
            }
        }
    }

    /** Makes items of a refused partition residue until the target takes the rest. */
    private void alone(List<PartitionState> partitions, @Nullable Ending ending, StorageException refused) {
        if (partitions.isEmpty()) {
            throw refused;
        }
        PoisonSearch search = new PoisonSearch(
                into.convergence(),
                into.type(),
                state -> into.transact(unit -> into.convergence().apply(unit, into.type(), List.of(state))));
        unit(List.of(search.heal(into.live().of(partitions.get(0)), refused)), ending);
    }

    private void unit(List<PartitionState> partitions, @Nullable Ending ending) {
        Result result = into.transact(unit -> apply(unit, partitions, ending));
        tally = result.tally();
        writes += result.writes();
        errors += result.errors();
    }

    /** What a unit of work has done. */
    private record Result(Tally tally, long writes, long errors) {}

    /** Changes no field of this object, because the unit of work may run more than once. */
    private Result apply(ReplicaUnit unit, List<PartitionState> partitions, @Nullable Ending ending) {
        Tally counted = tally.copy();
        List<PartitionState> states = new ArrayList<>(partitions.size());
        for (PartitionState partition : partitions) {
            PartitionState state = into.live().of(partition);
            counted.expired(partition.items().size() - state.items().size());
            states.add(state);
        }
        long written = 0;
        long refused = 0;
        for (Convergence.Result result : into.convergence().apply(unit, into.type(), states)) {
            PartitionState state = result.state();
            counted.partition(state, result.outcome());
            if (result.outcome() == Outcome.APPLIED) {
                written += state.items().size() + state.residue().size();
                refused += state.residue().size();
            }
        }
        if (ending != null) {
            ending.write(unit, counted, writes + written);
        }
        return new Result(counted, written, refused);
    }
}
