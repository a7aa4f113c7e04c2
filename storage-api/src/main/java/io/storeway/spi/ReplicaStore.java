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
 * What a storage offers to take part in a migration: it reads and writes whole partitions. Thread-safe.
 */
public interface ReplicaStore {

    /**
     * A page of a scan.
     *
     * @param partitions whole partitions; may be empty even before the end
     * @param next the cursor of the next page, or null at the end; stays valid after the process has ended
     */
    record ScanPage(
            List<PartitionState> partitions, @Nullable String next) {
        /** Copies the list. */
        public ScanPage {
            partitions = List.copyOf(partitions);
        }
    }

    /**
     * The partitions of a type, in an order of the store's own. A partition that exists during the whole scan is returned exactly once.
     *
     * @param cursor the {@code next} of the page before, or null to start
     * @param limit about how many items a page has; a partition is never cut
     */
    ScanPage scan(EntityType<?> type, @Nullable String cursor, int limit);

    /**
     * The states of partitions, in the order of the keys. A partition without rows and residue is an empty state; if it ever had a version,
     * with that of its deletion. The version of a state always belongs to its rows.
     */
    List<PartitionState> read(EntityType<?> type, List<Key> partitions);

    /** Positions of the fields that this storage can keep. Values of other fields get lost when they are copied to it. */
    Set<Integer> carried(EntityType<?> type);

    /**
     * Makes the storage ready for Storeway's own types, which are kept beside those of the catalog. Writes nothing if it is ready.
     */
    void prepare(Collection<? extends EntityType<?>> control);

    /** Whether the storage is ready for these types, so that it has repositories of them. Writes nothing. */
    boolean ready(Collection<? extends EntityType<?>> control);

    /** Runs the work as one unit, as {@link io.storeway.Storage#transact} does. */
    <R> R transact(Function<? super ReplicaUnit, ? extends R> work);

    /** Whether units of work that write different partitions run at the same time; otherwise one waits for the other. */
    default boolean writesSideBySide() {
        return false;
    }

    /**
     * Names the place of the data: the same each time it is opened, and different for other data of the same kind; empty if nothing survives
     * the process. Not to be shown, since it may contain a path or a host.
     */
    default String identity() {
        return "";
    }

    /** Counts what the storage holds, by type, and what no type covers. Reads everything. */
    Inventory inventory();

    /** A unit of work that reads and writes whole partitions. */
    interface ReplicaUnit extends UnitOfWork {

        /**
         * Announces which partitions this unit is going to read or change, so that a remote store can read everything about them together
         * with whatever is read next. Has no other effect.
         */
        default void expect(EntityType<?> type, List<Key> partitions) {}

        /** The states of partitions as this unit sees them; see {@link ReplicaStore#read}. */
        List<PartitionState> read(EntityType<?> type, List<Key> partitions);

        /**
         * Gives each partition a version above all that it had: with the next counter of the given epoch, or of its present epoch if that
         * is higher. A partition that this unit has emptied keeps its version as a tombstone. If two units advance the same partition, the
         * one with the higher version has seen what the other one wrote.
         *
         * @param partitions the keys, all different
         * @return the states of the partitions in this unit, with their new versions, in the order of the keys
         */
        List<PartitionState> advance(EntityType<?> type, List<Key> partitions, long epoch);

        /**
         * Reads a record and prevents its change until this unit ends: a unit that changes it comes entirely before or entirely after this
         * one. If the record is absent, nothing prevents that it is made.
         */
        <T> Optional<T> pin(EntityType<T> type, Key key);

        /**
         * Makes each partition equal to the given state if that is newer than the one applied before, or equally new and different. Residue
         * is stored together with the rows.
         *
         * <p>If a row is deleted to which rows of other partitions refer, those become residue of their partitions; no row is deleted by a
         * cascade.
         *
         * <p>A state whose rows break a rule of this storage is not applied at all, and the answer names the items. The caller makes residue
         * of them and applies the state again.
         *
         * @return one answer for each state, in the same order
         */
        List<Applied> apply(EntityType<?> type, List<PartitionState> states);
    }

    /**
     * The answer to one state.
     *
     * @param outcome what happened to it
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

    /** What happened to a state. */
    enum Outcome {
        /** The partition is now as given. */
        APPLIED,
        /** The partition was already as given; nothing was written. */
        UNCHANGED,
        /** The partition is newer than the state; nothing was written. */
        STALE,
        /** Some items break a rule; nothing was written. */
        REFUSED
    }

    /**
     * An item that breaks a rule.
     *
     * @param item its index within the state's items
     * @param kind what sort of rule
     * @param constraint the name of the rule, or null if the engine doesn't say
     * @param reason the reason for people, without values
     */
    record Refusal(int item, Residue.Kind kind, @Nullable String constraint, String reason) {}
}
