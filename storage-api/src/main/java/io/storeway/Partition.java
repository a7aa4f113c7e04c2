package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.spi.ContentIds;
import io.storeway.spi.RowStore;
import java.time.Clock;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * All records with the same partition key, in their order: by position if the type is ordered, otherwise by identity.
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

    /**
     * The records, for a query that reads this partition alone. On a key-value store each page of it reads the whole partition, so take few
     * pages, or all at once by {@link #list}.
     */
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
     * The records together with the partition's version, for {@link #replace(Collection, String)}.
     *
     * @throws io.storeway.error.UnsupportedCapabilityException if the storage declines {@link
     *     Capability#PARTITION_VERSIONS}
     */
    public PartitionSnapshot<T> snapshot() {
        RowStore.Snapshot snapshot = rows.snapshot(repository.type(), key);
        return new PartitionSnapshot<>(
                snapshot.rows().stream()
                        .filter(row -> !repository.expired(row))
                        .sorted(query().order())
                        .map(repository.type()::fromRow)
                        .toList(),
                snapshot.version());
    }

    /**
     * Adds a record behind the last one of an ordered partition. If the type has a {@linkplain Blob#contentId content id}, it is computed,
     * whatever value the record has there.
     *
     * <p>If one append was acknowledged before another one began, the second record comes behind the first. Records that are appended at
     * the same time are all kept. In SQL they may get the same position; then they are in the order of their keys, for every reader.
     *
     * @return the record as it is stored
     * @throws IllegalArgumentException if the type is not ordered
     * @throws InvalidValueException if the record belongs to another partition
     * @throws io.storeway.error.ConstraintViolationException if a record with its key exists, or it breaks another rule
     */
    public T append(T item) {
        return appendAll(Collections.singletonList(item)).get(0);
    }

    /** As {@link #append}, for several records in this order, all or none. */
    public List<T> appendAll(Collection<? extends T> items) {
        EntityType<T> type = repository.type();
        if (type.position().isEmpty()) {
            throw new IllegalArgumentException("Entity type " + type.name()
                    + " has no order, so nothing comes last; use insert, or say ordered()");
        }
        List<Row> unnamed = repository.toRows("append", items).stream()
                .map(this::withoutContentId)
                .toList();
        return rows.append(type, checkedRows("append", unnamed)).stream()
                .map(type::fromRow)
                .toList();
    }

    /**
     * Makes the records the whole content of the partition; in an ordered partition, in this order.
     *
     * @throws InvalidValueException if a record belongs to another partition
     * @throws io.storeway.error.VersionConflictException if the type has a version, and an existing record has another one than given
     * @throws io.storeway.error.ConstraintViolationException if two records have the same key, or a rule is broken
     */
    public void replace(Collection<? extends T> items) {
        rows.replace(repository.type(), key, checked("replace", items));
    }

    /**
     * As {@link #replace(Collection)}, on condition that the partition still has that version.
     *
     * @param version from a {@link #snapshot()}
     * @throws io.storeway.error.VersionConflictException if the partition has another version; nothing is changed
     * @throws io.storeway.error.UnsupportedCapabilityException if the storage declines {@link
     *     Capability#PARTITION_VERSIONS}
     */
    public void replace(Collection<? extends T> items, String version) {
        if (version == null) {
            throw new IllegalArgumentException("Can't replace: the version of the partition of "
                    + repository.type().name() + " is null; take that of snapshot()");
        }
        rows.replace(repository.type(), key, checked("replace", items), version);
    }

    /** The row with some value as its content id, which is replaced by the right one later. */
    private Row withoutContentId(Row row) {
        Row unnamed = row;
        for (Field<?, ?> field : ContentIds.fields(repository.type())) {
            unnamed = unnamed.with(field.index(), "");
        }
        return unnamed;
    }

    private List<Row> checked(String operation, Collection<? extends T> items) {
        return checkedRows(operation, repository.toRows(operation, items));
    }

    private List<Row> checkedRows(String operation, List<Row> given) {
        EntityType<T> type = repository.type();
        for (Row row : repository.checkedRows(operation, given)) {
            if (!row.key(type.partitionKey()).equals(key)) {
                throw new InvalidValueException(
                        "partition",
                        "a record belongs to another partition",
                        new ErrorContext(operation, rows.backend(), type.name(), key.redacted()),
                        null);
            }
        }
        return given;
    }

    /** Deletes all records of the partition. */
    public void clear() {
        rows.replace(repository.type(), key, List.of());
    }
}
