package io.storeway.testkit;

import io.storeway.Catalog;
import io.storeway.Storage;
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
        return new FixtureByUri(uris);
    }
}
