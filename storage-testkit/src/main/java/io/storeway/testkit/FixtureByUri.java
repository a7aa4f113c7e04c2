package io.storeway.testkit;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import java.time.Clock;
import java.util.function.IntFunction;

/** Opens storages by numbered URIs. */
final class FixtureByUri implements StorageFixture {

    private final IntFunction<String> uris;
    private int opened;

    FixtureByUri(IntFunction<String> uris) {
        this.uris = uris;
    }

    @Override
    public synchronized Storage open(Catalog catalog, Clock clock) {
        opened++;
        return reopen(catalog, clock);
    }

    @Override
    public synchronized Storage reopen(Catalog catalog, Clock clock) {
        return Storages.open(uris.apply(opened), catalog, clock);
    }
}
