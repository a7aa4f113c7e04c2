package io.storeway;

import io.storeway.spi.ReplicaStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A place for the records of a catalog. Thread-safe.
 *
 * <p>Closing a storage closes what it has opened itself. A DataSource or client that was handed in stays open; it belongs to the
 * application.
 */
public interface Storage extends AutoCloseable {

    /** The kind of backend, for errors and reports, for example {@code sqlite}. Contains no path, host or credentials. */
    String name();

    /** The entity types. */
    Catalog catalog();

    /** What this storage can do. */
    Capabilities capabilities();

    /**
     * The repository of an entity type. Cheap and thread-safe; each of its calls is a unit of work of its own.
     *
     * @throws IllegalArgumentException if the type is not in the catalog
     */
    <T> Repository<T> repository(EntityType<T> type);

    /**
     * Runs the work as one unit: all of its writes become visible together, or none.
     *
     * <p>After a conflict with another writer the work is run again, so it must not have effects elsewhere. If it throws, nothing is written
     * and the caller gets the exception.
     *
     * <p>The work has to use the repositories of the {@link UnitOfWork}. The storage's own repositories don't belong to the unit: they read
     * the state before it; and a write by them within the work, on its thread, is refused with an {@link IllegalStateException}, as is a
     * nested unit. In a storage that joins transactions of the application, both belong to that transaction.
     *
     * @throws io.storeway.error.UnsupportedCapabilityException if {@link Capability#UNITS_OF_WORK} is declined
     * @throws io.storeway.error.TransactionFailedException if conflicts did not end after a bounded number of attempts
     */
    <R> R transact(Function<? super UnitOfWork, ? extends R> work);

    /** As {@link #transact}, for work without a result. */
    default void run(Consumer<? super UnitOfWork> work) {
        transact(unit -> {
            work.accept(unit);
            return unit;
        });
    }

    /**
     * Removes the expired records of all entity types, children before parents; see {@link Repository#purgeExpired}.
     *
     * @return how many there were
     */
    default long purgeExpired() {
        List<EntityType<?>> types = new ArrayList<>(catalog().types());
        Collections.reverse(types);
        return types.stream().mapToLong(type -> repository(type).purgeExpired()).sum();
    }

    /**
     * The state of this storage, found out by a few small reads. Never throws, and takes no longer than the backend's timeouts allow for
     * those reads.
     */
    default Health health() {
        return Health.of(this);
    }

    /** The partitions as migrations and comparisons work on them. */
    ReplicaStore replica();

    /**
     * Whether a call may be part of a transaction that the caller ends later, so that its writes are not final when it returns. Such a
     * storage can't be routed or cached, since both have to know when a write is final.
     */
    default boolean joinsTransactions() {
        return false;
    }

    /** Ends the storage: later calls are refused by a {@link io.storeway.error.StorageClosedException}. Closing again does nothing. */
    @Override
    void close();
}
