package io.storeway.spi;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Row;
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

    /** Writes rows whether they are there or not. */
    void save(EntityType<?> type, List<Row> rows);

    /** Deletes rows and says how many were there. */
    int delete(EntityType<?> type, List<Key> keys);

    /** The rows of the keys, in their order; null for one that is not there. Expired rows are returned. */
    List<@Nullable Row> find(EntityType<?> type, List<Key> keys);

    /** Makes the rows the whole content of a partition. In an ordered partition their order becomes the positions. */
    void replace(EntityType<?> type, Key partition, List<Row> rows);

    /** The rows of a selection. */
    List<Row> select(EntityType<?> type, Selection selection);

    /** The number of rows of a selection; order and limit don't matter. */
    long count(EntityType<?> type, Selection selection);
}
