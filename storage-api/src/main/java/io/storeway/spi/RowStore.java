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
 * The operations on rows that a backend offers below {@link io.storeway.Repository}. Rows and keys come checked: types,
 * required values and checks hold. Every call is all or nothing. Errors are of {@link io.storeway.error} only.
 *
 * <p>In an ordered partition a new row without a position gets the one after the last; a row that is written again keeps
 * its own. An expired row counts as not there: it is replaced by an insert and not met by an update or a deletion.
 */
public interface RowStore {

    /** The name of the backend, for errors. */
    String backend();

    /** Whether a selection across partitions can start from an index. */
    boolean indexed(EntityType<?> type, Selection selection);

    /** Writes new rows; a row that is there already breaks the primary key. */
    void insert(EntityType<?> type, List<Row> rows);

    /** Replaces rows; one that is not there is a {@link io.storeway.error.RecordNotFoundException}. */
    void update(EntityType<?> type, List<Row> rows);

    /** Writes rows whether they are there or not; no two of them have the same key. */
    void save(EntityType<?> type, List<Row> rows);

    /**
     * Writes new rows of an ordered type behind the last of their partitions.
     *
     * @return the rows as they are stored, in the order given: with their positions, and with the ids that {@link
     *     ContentIds} gives where the type has such
     */
    List<Row> append(EntityType<?> type, List<Row> rows);

    /** Deletes rows and says how many were there. */
    int delete(EntityType<?> type, List<Key> keys);

    /** The rows of the keys, in their order; null for one that is not there. Expired rows are returned. */
    List<@Nullable Row> find(EntityType<?> type, List<Key> keys);

    /** Makes the rows the whole content of a partition. In an ordered partition their order becomes the positions. */
    void replace(EntityType<?> type, Key partition, List<Row> rows);

    /**
     * A partition with its version.
     *
     * @param rows the rows, expired ones among them
     * @param version differs whenever anything of the partition was written in between
     */
    record Snapshot(List<Row> rows, String version) {
        /** Copies the list. */
        public Snapshot {
            rows = List.copyOf(rows);
        }
    }

    /**
     * A partition with its version. A store without {@link Capability#PARTITION_VERSIONS} refuses, as this method does
     * where it isn't overridden.
     */
    default Snapshot snapshot(EntityType<?> type, Key partition) {
        throw withoutVersions("read", type, partition);
    }

    /**
     * As {@link #replace(EntityType, Key, List)}, if the partition still has that version; else fails with {@link
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

    /** The number of rows of a selection by the value of a field whose values have an order; in no particular order. */
    List<Group> countBy(EntityType<?> type, Selection selection, Field<?, ?> field);

    /** Removes rows that have expired by now and says how many there were. */
    long purge(EntityType<?> type);
}
