package io.storeway.testkit;

import io.storeway.Capabilities;
import io.storeway.Catalog;
import io.storeway.Storage;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** What a law runs with: fresh storages, a clock, a seed, and a count of the cases that had an effect. */
final class LawContext {

    private final StorageFixture fixture;
    private final long seed;
    private final int lists;
    private final ManualClock clock = new ManualClock(LawTypes.NOW);
    private long cases;

    LawContext(StorageFixture fixture, long seed, int lists) {
        this.fixture = fixture;
        this.seed = seed;
        this.lists = lists;
    }

    void withStorage(Consumer<Storage> work) {
        withStorage(LawTypes.CATALOG, work);
    }

    void withStorage(Catalog catalog, Consumer<Storage> work) {
        try (Storage storage = fixture.open(catalog, clock)) {
            work.accept(storage);
        }
    }

    Capabilities capabilities() {
        Capabilities[] found = new Capabilities[1];
        withStorage(storage -> found[0] = storage.capabilities());
        return found[0];
    }

    ManualClock clock() {
        return clock;
    }

    /** How many command lists a stateful law runs. */
    int lists() {
        return lists;
    }

    long seed() {
        return seed;
    }

    SplittableRandom random() {
        return new SplittableRandom(seed);
    }

    void effective(long more) {
        cases += more;
    }

    long cases() {
        return cases;
    }
}
