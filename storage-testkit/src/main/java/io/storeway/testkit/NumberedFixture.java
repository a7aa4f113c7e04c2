package io.storeway.testkit;

import io.storeway.Catalog;
import io.storeway.Storage;
import java.time.Clock;
import java.util.function.IntFunction;

/** Opens each storage at a new place, and reopens the one at the last place. */
final class NumberedFixture<P> implements StorageFixture {

    private final IntFunction<P> places;
    private final Opener<P> opener;
    private int opened;

    NumberedFixture(IntFunction<P> places, Opener<P> opener) {
        this.places = places;
        this.opener = opener;
    }

    @Override
    public synchronized Storage open(Catalog catalog, Clock clock) {
        opened++;
        return reopen(catalog, clock);
    }

    @Override
    public synchronized Storage reopen(Catalog catalog, Clock clock) {
        return opener.open(places.apply(opened), catalog, clock);
    }
}
