package io.storeway.internal;

import io.storeway.Capabilities;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Health;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.spi.ReplicaStore;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A storage that is opened as soon as it can be reached; see {@link io.storeway.Storages#deferred}. */
public final class DeferredStorage implements Storage {

    private final Catalog catalog;
    private final Supplier<? extends Storage> opening;
    private final Reopening attempts = new Reopening();
    private volatile @Nullable Storage opened;
    private volatile @Nullable StorageException failure;
    private boolean closed;

    /** Tries to open it once; only that it is out of reach is no error. */
    public DeferredStorage(Catalog catalog, Supplier<? extends Storage> opening) {
        this.catalog = catalog;
        this.opening = opening;
        attempts.attempt(this::open);
    }

    /** Opens it, and fails as unavailable if it is out of reach. */
    private void open() {
        if (opened != null) {
            return;
        }
        Storage storage;
        try {
            storage = opening.get();
        } catch (StorageUnavailableException e) {
            failure = e;
            throw e;
        } catch (StorageTimeoutException e) {
            failure = e;
            throw unavailable(e);
        }
        keep(storage);
    }

    private synchronized void keep(Storage storage) {
        for (EntityType<?> type : catalog.types()) {
            if (!storage.catalog().contains(type)) {
                storage.close();
                throw new IllegalArgumentException(
                        "The storage was opened with another catalog, without the entity type " + type.name()
                                + "; use the one that was given with it");
            }
        }
        if (closed) {
            storage.close();
        } else {
            opened = storage;
        }
    }

    private static StorageUnavailableException unavailable(@Nullable StorageException cause) {
        return new StorageUnavailableException(
                "The storage could not be opened yet: "
                        + (cause == null ? "another thread is trying" : cause.getMessage()),
                ErrorContext.of("open"),
                cause);
    }

    private Storage storage() {
        Storage storage = opened;
        if (storage != null) {
            return storage;
        }
        requireNotClosed();
        attempts.attempt(this::open);
        storage = opened;
        if (storage == null) {
            requireNotClosed();
            throw unavailable(failure);
        }
        return storage;
    }

    private synchronized void requireNotClosed() {
        if (closed) {
            throw new StorageClosedException("The storage is closed", ErrorContext.of("open"), null);
        }
    }

    @Override
    public String name() {
        Storage storage = opened;
        return storage == null ? "not opened yet" : storage.name();
    }

    @Override
    public Catalog catalog() {
        return catalog;
    }

    @Override
    public Capabilities capabilities() {
        return storage().capabilities();
    }

    @Override
    public boolean joinsTransactions() {
        return storage().joinsTransactions();
    }

    @Override
    public <T> Repository<T> repository(EntityType<T> type) {
        return storage().repository(type);
    }

    @Override
    public <R> R transact(Function<? super UnitOfWork, ? extends R> work) {
        return storage().transact(work);
    }

    @Override
    public ReplicaStore replica() {
        return storage().replica();
    }

    @Override
    public Health health() {
        try {
            return storage().health();
        } catch (StorageException e) {
            String detail = e.getClass().getSimpleName() + ": " + e.getMessage();
            return new Health(List.of(new Health.Finding("opening", Health.Status.DOWN, detail)));
        }
    }

    @Override
    public void close() {
        Storage storage;
        synchronized (this) {
            closed = true;
            storage = opened;
        }
        if (storage != null) {
            storage.close();
        }
    }
}
