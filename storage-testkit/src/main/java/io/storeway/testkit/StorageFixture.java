package io.storeway.testkit;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import java.time.Clock;
import java.util.function.IntFunction;

/** Opens the storages that a conformance test runs against. */
@FunctionalInterface
public interface StorageFixture {

    /** A fresh, empty storage. The test closes it; its data may stay or go then. */
    Storage open(Catalog catalog, Clock clock);

    /**
     * The storage that was opened last, with its data, after it was closed. A fixture for a storage that declares {@link
     * io.storeway.Capability#DURABLE} has to say how.
     */
    default Storage reopen(Catalog catalog, Clock clock) {
        throw new UnsupportedOperationException(
                "The storage declares DURABLE, so its fixture has to implement reopen, or be made by StorageFixture.at");
    }

    /**
     * Storages by URI: a new number is a fresh storage, the same number the same data.
     *
     * <pre>{@code
     * StorageFixture.at(n -> "mvstore:" + folder.resolve(n + ".mv"))
     * }</pre>
     */
    static StorageFixture at(IntFunction<String> uris) {
        return at(uris, Storages::open);
    }

    /** As {@link #at(IntFunction)}, where a place is something else than a URI. */
    static <P> StorageFixture at(IntFunction<P> places, Opener<P> opener) {
        return new NumberedFixture<>(places, opener);
    }

    /**
     * Opens the storage at a place, with the data that is there.
     *
     * @param <P> a place, for example a folder
     */
    @FunctionalInterface
    interface Opener<P> {
        /** Opens it. */
        Storage open(P place, Catalog catalog, Clock clock);
    }
}
