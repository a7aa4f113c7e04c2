package io.storeway.spi;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operations on rows by which a backend implements a {@link io.storeway.Repository}. Types, required values and checks of rows and keys
 * have been checked before. Every call takes effect as a whole or not at all. Exceptions are only those of {@link io.storeway.error}.
 *
 * <p>In an ordered partition a new row without a position gets the position after the last one; a row that is written again keeps its
 * position. An expired row counts as absent: an insert replaces it, an update or a deletion doesn't find it.
 */
public interface RowStore {

    /** The name of the backend, for errors. */
    String backend();

    /** Whether a selection across partitions can start from an index. */
    boolean indexed(EntityType<?> type, Selection selection);

    /** Writes new rows; a row whose key exists breaks the primary key. */
    void insert(EntityType<?> type, List<Row> rows);

    /** Replaces rows; throws {@link io.storeway.error.RecordNotFoundException} if one doesn't exist. */
    void update(EntityType<?> type, List<Row> rows);

    /** Writes rows whether they exist or not; no two of them have the same key. */
    void save(EntityType<?> type, List<Row> rows);

    /**
     * Writes new rows of an ordered type behind the last of their partitions.
     *
     * @return the rows as they are stored, in the given order: with their positions, and with the ids of {@link ContentIds} if the type
     *     has such
     */
    List<Row> append(EntityType<?> type, List<Row> rows);

    /** Deletes rows and returns how many existed. */
    int delete(EntityType<?> type, List<Key> keys);

    /** The rows with the keys, in their order; null for one that doesn't exist. Expired rows are returned too. */
    List<@Nullable Row> find(EntityType<?> type, List<Key> keys);

    /** Makes the rows the whole content of a partition. In an ordered partition their order becomes the positions. */
    void replace(EntityType<?> type, Key partition, List<Row> rows);

    /**
     * A partition with its version.
     *
     * @param rows the rows, including expired ones
     * @param version changes with every write of the partition
     */
    record Snapshot(List<Row> rows, String version) {
        /** Copies the list. */
        public Snapshot {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Reads a partition with its version. Refused without {@link Capability#PARTITION_VERSIONS}, which is the default.
     */
    default Snapshot snapshot(EntityType<?> type, Key partition) {
        throw withoutVersions("read", type, partition);
    }

    /**
     * As {@link #replace(EntityType, Key, List)}, on condition that the partition still has that version; otherwise throws {@link
     * io.storeway.error.VersionConflictException}. Refused as {@link #snapshot} is.
     */
    default void replace(EntityType<?> type, Key partition, List<Row> rows, String version) {
        throw withoutVersions("replace", type, partition);
    }

    private UnsupportedCapabilityException withoutVersions(String operation, EntityType<?> type, Key partition) {
        return new UnsupportedCapabilityException(
                Capability.PARTITION_VERSIONS + " is declined: a partition has no version here",
                new ErrorContext(operation, backend(), type.name(), partition.redacted()),
                null);
    }

    /** The rows of a selection. */
    List<Row> select(EntityType<?> type, Selection selection);

    /** The number of rows of a selection; order and limit don't matter. */
    long count(EntityType<?> type, Selection selection);

    /**
     * How many rows have the same value.
     *
     * @param value the value as it is stored, or null for rows that lack it
     * @param count at least 1
     */
    record Group(@Nullable Object value, long count) {}

    /** The number of rows of a selection for each value of a field whose values have an order; groups are in no particular order. */
    List<Group> countBy(EntityType<?> type, Selection selection, Field<?, ?> field);

    /** Removes expired rows and returns how many there were. */
    long purge(EntityType<?> type);

    /** Removes the expired rows of some partitions and returns how many there were. */
    long purge(EntityType<?> type, List<Key> partitions);
}
