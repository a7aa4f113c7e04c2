package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.spi.RowStore;
import java.time.Clock;
import java.util.Collection;
import java.util.List;

/**
 * All records that share a partition key, in their order: by position where the type is ordered, else by identity.
 *
 * @param <T> the record
 */
public final class Partition<T> {

    private final Repository<T> repository;
    private final Key key;
    private final RowStore rows;
    private final Clock clock;

    Partition(Repository<T> repository, Key key, RowStore rows, Clock clock) {
        this.repository = repository;
        this.key = key;
        this.rows = rows;
        this.clock = clock;
    }

    /** The records, for a query that reads this partition alone. */
    public Query<T> query() {
        return new Query<>(repository.type(), rows, clock, key);
    }

    /** All records of the partition. */
    public List<T> list() {
        return query().list();
    }

    /** The number of records. */
    public long count() {
        return query().count();
    }

    /**
     * Makes the records the whole content of the partition; in an ordered partition, in this order.
     *
     * @throws InvalidValueException if a record belongs to another partition
     * @throws io.storeway.error.ConstraintViolationException if two records have the same key, or a rule is broken
     */
    public void replace(Collection<? extends T> items) {
        EntityType<T> type = repository.type();
        List<Row> checked = repository.checked("replace", items);
        for (Row row : checked) {
            if (!row.key(type.partitionKey()).equals(key)) {
                throw new InvalidValueException(
                        "partition",
                        "a record belongs to another partition",
                        new ErrorContext("replace", rows.backend(), type.name(), key.redacted()),
                        null);
            }
        }
        rows.replace(type, key, checked);
    }

    /** Deletes all records of the partition. */
    public void clear() {
        rows.replace(repository.type(), key, List.of());
    }
}
