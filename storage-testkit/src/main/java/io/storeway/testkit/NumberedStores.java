package io.storeway.testkit;

import io.storeway.spi.KeyValueStore;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Opens each store at a new place, and reopens the one at the last place. */
final class NumberedStores<P> implements KeyValueFixture {

    private final IntFunction<P> places;
    private final Function<P, ? extends KeyValueStore> opener;
    private int opened;

    NumberedStores(IntFunction<P> places, Function<P, ? extends KeyValueStore> opener) {
        this.places = places;
        this.opener = opener;
    }

    @Override
    public synchronized KeyValueStore open() {
        opened++;
        return reopen();
    }

    @Override
    public synchronized KeyValueStore reopen() {
        return opener.apply(places.apply(opened));
    }
}
