package io.storeway.testkit.laws;

import io.storeway.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The clock and the seed for the run of a law, and what shows that it tested something: the cases that had an effect. */
abstract class Evidence {

    private final long seed;
    private final int lists;
    private final ManualClock clock = new ManualClock(LawTypes.NOW);
    private final Map<String, Boolean> operations = new TreeMap<>();
    private final Map<String, Long> faults = new TreeMap<>();
    private long cases;

    Evidence(long seed, int lists) {
        this.seed = seed;
        this.lists = lists;
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

    /** Counts cases that had an effect. */
    void effective(long more) {
        cases += more;
    }

    /** Notes that an operation was tried; each must succeed at least once. */
    void tried(String operation, boolean succeeded) {
        operations.merge(operation, succeeded, Boolean::logicalOr);
    }

    /** Adds injected faults, by verb and fault. */
    void faults(Map<String, Long> fired) {
        fired.forEach((point, times) -> faults.merge(point, times, Long::sum));
    }

    Map<String, Long> faults() {
        return faults;
    }

    long cases() {
        return cases;
    }

    /** Why the run shows nothing although it didn't fail; empty if it does show something. */
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
