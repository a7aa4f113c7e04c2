package io.storeway.spi;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.UnitOfWork;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a storage offers so that it can take part in a migration: whole partitions out, whole partitions in. Thread-safe.
 */
public interface ReplicaStore {

    /**
     * A part of a scan.
     *
     * @param partitions whole partitions; may be empty before the end
     * @param next where the next part starts, or null at the end; stays valid when the process is gone
     */
    record ScanPage(
            List<PartitionState> partitions, @Nullable String next) {
        /** Copies the list. */
        public ScanPage {
            partitions = List.copyOf(partitions);
        }
    }

    /**
     * The partitions of a type, each exactly once if it is there during the whole scan, in an order of the store's own.
     *
     * @param cursor the {@code next} of the part before, or null to start
     * @param limit about how many items a part has; a partition is never cut
     */
    ScanPage scan(EntityType<?> type, @Nullable String cursor, int limit);

    /**
     * The states of partitions, in the order of the keys. One without any row or residue is an empty state, at the version
     * of its deletion where a version was ever given to it. Rows and version of a state belong together.
     */
    List<PartitionState> read(EntityType<?> type, List<Key> partitions);

    /** Positions of the fields that this storage keeps; what another storage holds in the others gets lost here. */
    Set<Integer> carried(EntityType<?> type);

    /**
     * Makes ready for types of the migrator's own, which live beside those of the catalog. Writes nothing if they are
     * ready.
     */
    void prepare(Collection<? extends EntityType<?>> control);

    /** Whether the types are ready, so that the storage's repositories serve them. Writes nothing. */
    boolean ready(Collection<? extends EntityType<?>> control);

    /** Runs the work as one unit, as {@link io.storeway.Storage#transact} does. */
    <R> R transact(Function<? super ReplicaUnit, ? extends R> work);

    /** Whether units of work that write different partitions go on side by side; else one waits for the other. */
    default boolean writesSideBySide() {
        return false;
    }

    /**
     * Names the place of the data, the same whenever it is opened and different from that of other data of the same kind;
     * empty where nothing survives the process. Not for people: it may hold a path or a host.
     */
    default String identity() {
        return "";
    }

    /** What there is, by type, and what no type covers. Reads everything. */
    Inventory inventory();

    /** A unit of work that reads and writes whole partitions. */
    interface ReplicaUnit extends UnitOfWork {

        /**
         * Says which partitions this unit is about to read or change, so that a store far away may read all that belongs to
         * them with whatever is read next. Has no other effect.
         */
        default void expect(EntityType<?> type, List<Key> partitions) {}

        /** The states of partitions as this unit sees them; see {@link ReplicaStore#read}. */
        List<PartitionState> read(EntityType<?> type, List<Key> partitions);

        /**
         * Gives each partition a version above every one that it had: the next counter of the epoch, or of the epoch it has
         * if that is higher. A partition that this unit has emptied keeps its version as a tombstone. Of two units that
         * advance the same partition, the one with the higher version has seen what the other wrote.
         *
         * @param partitions the keys, none twice
         * @return the states that the partitions have in this unit, with their new versions, in the order of the keys
         */
        List<PartitionState> advance(EntityType<?> type, List<Key> partitions, long epoch);

        /**
         * Reads a record that stays as it is until this unit ends: a unit that changes it comes wholly before or wholly
         * after this one. An absent record is not held.
         */
        <T> Optional<T> pin(EntityType<T> type, Key key);

        /**
         * Makes each partition equal to the given state where that is newer than what was applied to it before, or equally
         * new and different. Residue is stored with the rows.
         *
         * <p>Where a row goes that rows of other partitions refer to, those become residue of their partitions; no row is
         * deleted by a cascade.
         *
         * <p>A state whose rows break a rule of this storage is not applied at all; the answer names the items. The caller
         * makes residue of them and applies the state again.
         *
         * @return one answer for each state, in their order
         */
        List<Applied> apply(EntityType<?> type, List<PartitionState> states);
    }

    /**
     * The answer to one state.
     *
     * @param outcome what became of it
     * @param refusals the items that break a rule; empty unless the outcome is REFUSED
     */
    record Applied(Outcome outcome, List<Refusal> refusals) {
        /** Copies the list. */
        public Applied {
            refusals = List.copyOf(refusals);
        }

        /** An answer without refusals. */
        public static Applied of(Outcome outcome) {
            return new Applied(outcome, List.of());
        }
    }

    /** What became of a state. */
    enum Outcome {
        /** The partition is now as given. */
        APPLIED,
        /** The partition was as given already; nothing was written. */
        UNCHANGED,
        /** Something newer was there; nothing was written. */
        STALE,
        /** Some items break a rule; nothing was written. */
        REFUSED
    }

    /**
     * An item that breaks a rule.
     *
     * @param item its index within the state's items
     * @param kind what sort of rule
     * @param constraint the name of the rule, or null where the engine doesn't say
     * @param reason the reason for people, without values
     */
    record Refusal(int item, Residue.Kind kind, @Nullable String constraint, String reason) {}
}
