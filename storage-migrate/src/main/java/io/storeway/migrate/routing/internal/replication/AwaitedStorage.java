package io.storeway.migrate.routing.internal.replication;

import io.storeway.Capabilities;
import io.storeway.EntityType;
import io.storeway.Health;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.spi.ForwardingStorage;
import io.storeway.spi.ReplicaStore;
import java.util.List;
import java.util.function.Function;

/**
 * A side of a migration that could not be reached when this process began to take part. It refuses every call, as a storage that is
 * down, until it has been admitted like any other: nobody knows before whether it is the right one, and ready. Thread-safe.
 */
public final class AwaitedStorage extends ForwardingStorage {

    private final String label;
    private final StorageException failure;
    private final Runnable admission;
    private volatile boolean admitted;

    /**
     * Awaits a storage.
     *
     * @param label says which side it is
     * @param failure why it could not be reached
     * @param admission checks it and makes it ready; fails while it can't be reached
     */
    public AwaitedStorage(Storage inner, String label, StorageException failure, Runnable admission) {
        super(inner);
        this.label = label;
        this.failure = failure;
        this.admission = admission;
    }

    /** Admits the storage, unless it has been. Called by one thread at a time. */
    void admit() {
        if (!admitted) {
            admission.run();
            admitted = true;
        }
    }

    boolean admitted() {
        return admitted;
    }

    private void requireAdmitted() {
        if (!admitted) {
            throw new StorageUnavailableException(away(), ErrorContext.of("open"), failure);
        }
    }

    private String away() {
        return "The " + label
                + " storage could not be reached when this process opened the migration, and hasn't been since";
    }

    @Override
    public Capabilities capabilities() {
        requireAdmitted();
        return super.capabilities();
    }

    @Override
    public boolean joinsTransactions() {
        requireAdmitted();
        return super.joinsTransactions();
    }

    @Override
    public <T> Repository<T> repository(EntityType<T> type) {
        requireAdmitted();
        return super.repository(type);
    }

    @Override
    public <R> R transact(Function<? super UnitOfWork, ? extends R> work) {
        requireAdmitted();
        return super.transact(work);
    }

    @Override
    public ReplicaStore replica() {
        requireAdmitted();
        return super.replica();
    }

    @Override
    public Health health() {
        return admitted
                ? super.health()
                : new Health(List.of(
                        new Health.Finding("opening", Health.Status.DOWN, away() + ": " + failure.getMessage())));
    }
}
