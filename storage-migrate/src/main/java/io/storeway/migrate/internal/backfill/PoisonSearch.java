package io.storeway.migrate.internal.backfill;

import io.storeway.EntityType;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.migrate.internal.Convergence;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Refusal;
import io.storeway.spi.Residue;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the items because of which a target refuses a partition without naming them. Searches for each by bisection, writing shorter
 * and longer beginnings of the partition.
 *
 * @param write writes a state, or throws the target's refusal
 */
record PoisonSearch(Convergence convergence, EntityType<?> type, Consumer<PartitionState> write) {

    /**
     * The partition with those items as residue.
     *
     * @param refused the target's refusal of the whole partition
     * @throws StorageException the refusal, if the partition is refused even without any item
     */
    PartitionState heal(PartitionState partition, StorageException refused) {
        PartitionState state = partition;
        StorageException reason = refused;
        while (true) {
            int good = -1;
            int bad = state.items().size();
            while (bad - good > 1) {
                int middle = (good + bad) >>> 1;
                StorageException objection = objection(beginning(state, middle));
                if (objection == null) {
                    good = middle;
                } else {
                    bad = middle;
                    reason = objection;
                }
            }
            if (bad == 0) {
                throw reason;
            }
            state = convergence.withResidue(type, state, List.of(refusal(bad - 1, reason)));
            StorageException objection = objection(state);
            if (objection == null) {
                return state;
            }
            reason = objection;
        }
    }

    private static PartitionState beginning(PartitionState state, int items) {
        return new PartitionState(state.key(), state.version(), state.items().subList(0, items), state.residue());
    }

    private @Nullable StorageException objection(PartitionState state) {
        try {
            write.accept(state);
            return null;
        } catch (ConstraintViolationException | InvalidValueException e) {
            return e;
        }
    }

    static Refusal refusal(int item, StorageException reason) {
        if (reason instanceof ConstraintViolationException violation) {
            return new Refusal(
                    item,
                    Residue.Kind.valueOf(violation.kind().name()),
                    violation.constraint(),
                    violation.kind() + " constraint refuses the item");
        }
        InvalidValueException invalid = (InvalidValueException) reason;
        return new Refusal(item, Residue.Kind.INVALID, null, invalid.where() + ": " + invalid.reason());
    }
}
