package io.storeway.testkit;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import java.time.Clock;
import java.util.function.IntFunction;

/** Opens the storages that a conformance test runs against. */
@FunctionalInterface
public interface StorageFixture {

    /** A fresh, empty storage. The test closes it; afterwards its data is not needed unless it is reopened. */
    Storage open(Catalog catalog, Clock clock);

    /**
     * Opens the storage that was opened last again, with its data, after it was closed. A fixture for a storage that declares
     * {@link io.storeway.Capability#DURABLE} must override this.
     */
    default Storage reopen(Catalog catalog, Clock clock) {
        throw new UnsupportedOperationException(
                "The storage declares DURABLE, so its fixture has to implement reopen, or be made by StorageFixture.at");
    }

    /**
     * A fixture that numbers its storages: each number gives a URI of its own, and opening the same URI again finds its data.
     *
     * <pre>{@code
     * StorageFixture.at(n -> "mvstore:" + folder.resolve(n + ".mv"))
     * }</pre>
     */
    static StorageFixture at(IntFunction<String> uris) {
        return at(uris, Storages::open);
    }

    /** As {@link #at(IntFunction)}, for places that are not URIs, for example folders. */
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
