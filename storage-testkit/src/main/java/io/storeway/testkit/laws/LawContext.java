package io.storeway.testkit.laws;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.StorageFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a law runs with: fresh storages, a clock, a seed, and a count of the cases that had an effect. */
final class LawContext {

    private final StorageFixture fixture;
    private final long seed;
    private final int lists;
    private final ManualClock clock = new ManualClock(LawTypes.NOW);
    private final Map<String, Boolean> operations = new TreeMap<>();
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

    <R> R answer(Function<Storage, R> work) {
        try (Storage storage = fixture.open(LawTypes.CATALOG, clock)) {
            return work.apply(storage);
        }
    }

    /** The storage that was opened last, again. */
    void withSameStorage(Consumer<Storage> work) {
        try (Storage storage = fixture.reopen(LawTypes.CATALOG, clock)) {
            work.accept(storage);
        }
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

    /** An operation was tried, with or without success. */
    void tried(String operation, boolean succeeded) {
        operations.merge(operation, succeeded, Boolean::logicalOr);
    }

    long cases() {
        return cases;
    }

    /** Why the law shows nothing although nothing went wrong; empty if it does. */
    String doubt() {
        if (cases == 0) {
            return "no case had an effect";
        }
        List<String> never = new ArrayList<>();
        operations.forEach((operation, succeeded) -> {
            if (!succeeded) {
                never.add(operation);
            }
        });
        return never.isEmpty() ? "" : "never succeeded: " + String.join(", ", never);
    }
}
