package io.storeway.observe;

import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.spi.ForwardingStorage;
import io.storeway.spi.RowStore;
import java.util.List;
import java.util.function.Function;

/**
 * A storage whose calls are reported to listeners. Calls of more than 20 ms are also written to flight recordings, as {@code
 * io.storeway.Operation}. Otherwise behaves like the storage behind it. Migrations use that one's replica, which isn't observed.
 *
 * <pre>{@code
 * Storage storage = ObservedStorage.of(Storages.open(uri, catalog), StorageMetrics.to(registry));
 * }</pre>
 *
 * <p>Thread-safe. Closing it closes the storage behind it.
 */
public final class ObservedStorage extends ForwardingStorage {

    private final Storage storage;
    private final String name;
    private final List<StorageListener> listeners;
    private final Watch watch;

    private ObservedStorage(Storage storage, String name, List<StorageListener> listeners) {
        super(storage);
        this.storage = storage;
        this.name = name;
        this.listeners = listeners;
        this.watch = new Watch(name, listeners);
    }

    /** The storage, observed by these listeners. */
    public static ObservedStorage of(Storage storage, StorageListener... listeners) {
        return new ObservedStorage(storage, storage.name(), List.of(listeners));
    }

    /**
     * The same storage, reported under a name of the application's choice, which becomes a tag of meters. Otherwise two databases of the
     * same kind in one process have the same name.
     */
    public ObservedStorage named(String given) {
        return new ObservedStorage(storage, given, listeners);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    protected RowStore layer(RowStore rows) {
        return new ObservedRows(rows, watch);
    }

    @Override
    public <R> R transact(Function<? super UnitOfWork, ? extends R> work) {
        return watch.run(Operation.ANY, Operation.Kind.TRANSACT, () -> super.<R>transact(work), result -> 0);
    }
}
