package io.storeway.spi;

import io.storeway.Capabilities;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Health;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import java.util.function.Function;

/**
 * A storage around another one, which gets every call. Subclasses override what they change: {@link #layer} for what happens to records,
 * by repositories and within units of work alike, and {@link #replica} for what migrations see. Thread-safe if the overriding methods are.
 *
 * <pre>{@code
 * final class SlowQueries extends ForwardingStorage {
 *     @Override
 *     protected RowStore layer(RowStore rows) {
 *         return new ForwardingRows(rows) {
 *             @Override
 *             public List<Row> select(EntityType<?> type, Selection selection) {
 *                 return timed(type, () -> super.select(type, selection));
 *             }
 *         };
 *     }
 * }
 * }</pre>
 *
 * <p>A storage that keeps records in another form than its callers see has to change them in {@link #replica} as well, so that a
 * migration copies what callers see. {@code StorageConformanceTest} of storage-testkit shows whether a wrapper keeps the promises of a
 * storage.
 */
public abstract class ForwardingStorage implements Storage {

    private final Storage inner;

    /** Forwards to this storage. */
    protected ForwardingStorage(Storage inner) {
        this.inner = inner;
    }

    /**
     * What stands between repositories and the rows of the other storage; by default nothing.
     *
     * @param rows those of one entity type or, within a unit of work, of that unit
     */
    protected RowStore layer(RowStore rows) {
        return rows;
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
        return inner.repository(type).through(this::layer);
    }

    @Override
    public <R> R transact(Function<? super UnitOfWork, ? extends R> work) {
        return inner.transact(unit -> work.apply(new Unit(unit)));
    }

    private final class Unit implements UnitOfWork {

        private final UnitOfWork unit;

        Unit(UnitOfWork unit) {
            this.unit = unit;
        }

        @Override
        public <T> Repository<T> repository(EntityType<T> type) {
            return unit.repository(type).through(rows -> layer(rows));
        }
    }

    @Override
    public Health health() {
        return inner.health();
    }

    @Override
    public ReplicaStore replica() {
        return inner.replica();
    }

    /** Closes the other storage. */
    @Override
    public void close() {
        inner.close();
    }
}
