package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.spi.RowStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The records of one entity type, with one meaning on every backend. Thread-safe, unless it belongs to a
 * {@link UnitOfWork}.
 *
 * <p>Types, required values and checks of a write are checked before it has any effect. A write of several records takes effect as a whole
 * or not at all. A key is given as the values of the partition key followed by those of the identity. Null instead of a record, a key or
 * a condition is refused with an {@link IllegalArgumentException} before any effect.
 *
 * <p>Besides the exceptions that methods name, every call may throw {@link io.storeway.error.StorageUnavailableException}, {@link
 * io.storeway.error.StorageTimeoutException}, {@link io.storeway.error.StorageClosedException}, and {@link
 * io.storeway.error.InvalidValueException} for a stored blob that doesn't fit its layout. A write may also throw {@link
 * io.storeway.error.TransactionFailedException} and {@link io.storeway.error.UnknownOutcomeException}.
 *
 * <p>A blob with even one item that can't be a record is refused as a whole, for reading and writing, since a list without that item would
 * be a wrong list. The exception's {@code where} is the item's position, its {@code reason} names the field or member, and its context
 * has the redacted key. Other partitions are not affected, except in a query that reads them all. A migration copies the good items and
 * keeps the others as residue.
 *
 * @param <T> the record
 */
public final class Repository<T> {

    private final EntityType<T> type;
    private final RowStore rows;
    private final Clock clock;

    /**
     * A repository over a backend's rows, for authors of storages.
     *
     * @param clock judges expiry
     */
    public Repository(EntityType<T> type, RowStore rows, Clock clock) {
        this.type = type;
        this.rows = rows;
        this.clock = clock;
    }

    /** The entity type. */
    public EntityType<T> type() {
        return type;
    }

    /** This repository with a layer in front of its rows, for authors of storages that wrap another one. */
    public Repository<T> through(UnaryOperator<RowStore> layer) {
        return new Repository<>(type, layer.apply(rows), clock);
    }

    /** The backend's rows, for authors of storages that wrap another one. */
    public RowStore rows() {
        return rows;
    }

    /**
     * Adds a new record.
     *
     * @throws io.storeway.error.ConstraintViolationException if a record with its key exists, or it breaks another rule
     */
    public void insert(T item) {
        insertAll(Collections.singletonList(item));
    }

    /** As {@link #insert}, for several records, all or none. */
    public void insertAll(Collection<? extends T> items) {
        rows.insert(type, checked("insert", items));
    }

    /**
     * Replaces an existing record. If the type has a {@linkplain EntityTypeBuilder#versionedBy version}, the stored record must have the
     * version of the given one.
     *
     * @return the record as it is stored now, with the next version
     * @throws io.storeway.error.RecordNotFoundException if there is no record with its key
     * @throws io.storeway.error.VersionConflictException if the stored record has another version
     * @throws io.storeway.error.ConstraintViolationException if it breaks a rule
     */
    public T update(T item) {
        return updateAll(Collections.singletonList(item)).get(0);
    }

    /**
     * As {@link #update}, for several records, all or none. One that is given twice is written as given last; where the type
     * has a version, one after the other.
     */
    public List<T> updateAll(Collection<? extends T> items) {
        List<Row> checked = checked("update", items);
        rows.update(type, type.version().isPresent() ? checked : lastOfEach(checked));
        return checked.stream().map(type::withNextVersion).map(type::fromRow).toList();
    }

    /**
     * Adds a record, or replaces the existing one as {@link #update} does.
     *
     * @throws io.storeway.error.VersionConflictException if the stored record has another version
     * @throws io.storeway.error.ConstraintViolationException if it breaks a rule
     */
    public void save(T item) {
        saveAll(Collections.singletonList(item));
    }

    /**
     * As {@link #save}, for several records, all or none. If a key is given twice, the last record with it is written, at the place of the
     * first one in the order.
     */
    public void saveAll(Collection<? extends T> items) {
        rows.save(type, lastOfEach(checked("save", items)));
    }

    private List<Row> lastOfEach(List<Row> given) {
        if (given.size() == 1) {
            return given;
        }
        Map<Object, Row> last = new LinkedHashMap<>();
        for (Row row : given) {
            boolean named = type.key().stream().allMatch(field -> row.get(field.index()) != null);
            last.put(named ? row.key() : new Object(), row);
        }
        return List.copyOf(last.values());
    }

    /**
     * Deletes a record.
     *
     * @param key its values in the order of the key's fields, or a single {@link Key}; as in all methods that take the values of a key
     * @return whether it existed
     * @throws io.storeway.error.ConstraintViolationException if another record refers to it and forbids the deletion
     */
    public boolean delete(Object... key) {
        return rows.delete(type, List.of(key(type.key(), key))) > 0;
    }

    /**
     * Deletes several records, all or none.
     *
     * @return how many existed
     */
    public int deleteAll(Collection<Key> keys) {
        return rows.delete(type, keys(keys));
    }

    /** The record with the key, if it exists. */
    public Optional<T> find(Object... key) {
        Row row = rows.find(type, List.of(key(type.key(), key))).get(0);
        return row == null || expired(row) ? Optional.empty() : Optional.of(type.fromRow(row));
    }

    /** The records with the keys, in the order of the keys; null for one that doesn't exist. */
    public List<@Nullable T> findAll(List<Key> keys) {
        List<Key> checked = keys(keys);
        List<@Nullable T> found = new ArrayList<>(checked.size());
        for (Row row : rows.find(type, checked)) {
            found.add(row == null || expired(row) ? null : type.fromRow(row));
        }
        return found;
    }

    /** Whether the record with the key exists. */
    public boolean exists(Object... key) {
        return find(key).isPresent();
    }

    /** All records, for reading by a query. */
    public Query<T> all() {
        return new Query<>(type, rows, clock, null);
    }

    /** The records that meet the condition. */
    public Query<T> where(Condition<T> condition) {
        return all().where(condition);
    }

    /** The records of a partition; give the values of the partition key, or one {@link Key}. */
    public Partition<T> partition(Object... partitionKey) {
        return new Partition<>(this, key(type.partitionKey(), partitionKey), rows, clock);
    }

    /**
     * Removes the records that have expired by the storage's clock. They count as absent already; this frees their space. If the call fails
     * halfway, what was removed stays removed. A blob with items that can't be records is left as it is.
     *
     * @return how many there were
     * @throws io.storeway.error.ConstraintViolationException if another record refers to one of them and forbids the deletion
     */
    public long purgeExpired() {
        return rows.purge(type);
    }

    List<Row> checked(String operation, Collection<? extends T> items) {
        return checkedRows(operation, toRows(operation, items));
    }

    /** The rows of a caller's records. */
    List<Row> toRows(String operation, Collection<? extends T> items) {
        if (items == null) {
            throw new IllegalArgumentException(
                    "Can't " + operation + ": the collection of records of " + type.name() + " is null");
        }
        List<Row> given = new ArrayList<>(items.size());
        for (T item : items) {
            if (item == null) {
                throw new IllegalArgumentException("Can't " + operation + ": the record of " + type.name()
                        + " at index " + given.size() + " is null");
            }
            given.add(type.toRow(item));
        }
        return given;
    }

    List<Row> checkedRows(String operation, List<Row> given) {
        ErrorContext context = new ErrorContext(operation, rows.backend(), type.name(), null);
        given.forEach(row -> type.check(row, context));
        return given;
    }

    private Key key(List<Field<T, ?>> of, Object[] values) {
        if (values == null) {
            throw new IllegalArgumentException("The key of " + type.name() + " is null; give the values of ("
                    + String.join(", ", Field.names(of)) + ")");
        }
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null) {
                throw new IllegalArgumentException("The key of " + type.name() + " has no value for "
                        + (i < of.size() ? of.get(i).name() : "its place " + i) + ": it is null");
            }
        }
        return type.checkKey(of, values.length == 1 && values[0] instanceof Key key ? key : Key.of(values));
    }

    private List<Key> keys(Collection<Key> given) {
        if (given == null) {
            throw new IllegalArgumentException("The collection of keys of " + type.name() + " is null");
        }
        List<Key> keys = new ArrayList<>(given.size());
        for (Key key : given) {
            if (key == null) {
                throw new IllegalArgumentException(
                        "The key of " + type.name() + " at index " + keys.size() + " is null");
            }
            keys.add(type.checkKey(type.key(), key));
        }
        return keys;
    }

    boolean expired(Row row) {
        Field<T, ?> expiry = type.expiry().orElse(null);
        return expiry != null
                && row.get(expiry.index()) instanceof Instant end
                && !clock.instant().isBefore(end);
    }
}
