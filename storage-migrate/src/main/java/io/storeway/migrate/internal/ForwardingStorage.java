package io.storeway.migrate.internal;

import io.storeway.Capabilities;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Health;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.spi.ReplicaStore;
import java.util.function.Function;

/** Forwards every call but {@link #close} to another storage. Subclasses say what closing does, and override what they change. */
public abstract class ForwardingStorage implements Storage {

    private final Storage inner;

    /** Forwards to this storage. */
    protected ForwardingStorage(Storage inner) {
        this.inner = inner;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public Catalog catalog() {
        return inner.catalog();
    }

    @Override
    public Capabilities capabilities() {
        return inner.capabilities();
    }

    @Override
    public boolean joinsTransactions() {
        return inner.joinsTransactions();
    }

    @Override
    public <T> Repository<T> repository(EntityType<T> type) {
        return inner.repository(type);
    }

    @Override
    public <R> R transact(Function<? super UnitOfWork, ? extends R> work) {
        return inner.transact(work);
    }

    @Override
    public long purgeExpired() {
        return inner.purgeExpired();
    }

    @Override
    public Health health() {
        return inner.health();
    }

    @Override
    public ReplicaStore replica() {
        return inner.replica();
    }
}
