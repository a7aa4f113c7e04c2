package io.storeway;

import io.storeway.spi.ReplicaStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A place where the records of a catalog live. Thread-safe.
 *
 * <p>Closing a storage ends what it started itself; a DataSource or client that was handed in stays the application's.
 */
public interface Storage extends AutoCloseable {

    /** What sort of backend this is, for errors and reports, for example {@code sqlite}. No path, host or credential. */
    String name();

    /** The entity types. */
    Catalog catalog();

    /** What this storage can do. */
    Capabilities capabilities();

    /**
     * The repository of an entity type; cheap, thread-safe, each call a unit of work of its own.
     *
     * @throws IllegalArgumentException if the type is not in the catalog
     */
    <T> Repository<T> repository(EntityType<T> type);

    /**
     * Runs the work as one unit: all of its writes become visible together, or none.
     *
     * <p>The work may run several times when it meets a conflict with another writer, so it has no effects of its own. If
     * it throws, nothing is written and the exception goes to the caller.
     *
     * <p>The unit's repositories are those of the {@link UnitOfWork}. The storage's own are no part of it: they read what was there
     * before, and a write by them within the work, on its thread, is refused by an {@link IllegalStateException}, as is another
     * unit. Transactions of the application that a storage joins include both.
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
     * Removes the expired records of all entity types, those that refer to others first; see {@link
     * Repository#purgeExpired}.
     *
     * @return how many there were
     */
    default long purgeExpired() {
        List<EntityType<?>> types = new ArrayList<>(catalog().types());
        Collections.reverse(types);
        return types.stream().mapToLong(type -> repository(type).purgeExpired()).sum();
    }

    /**
     * How this storage is, found out by a few small reads; never throws, and takes as long at most as the backend's time
     * limits let those reads take.
     */
    default Health health() {
        return Health.of(this);
    }

    /** What a migration and a verification work on. */
    ReplicaStore replica();

    /**
     * Whether a call may become part of a transaction that the caller ends later, so that what it wrote is not final when
     * it returns. Such a storage is neither routed nor cached: both have to know when a write is final.
     */
    default boolean joinsTransactions() {
        return false;
    }

    @Override
    void close();
}
