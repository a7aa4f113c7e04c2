package io.storeway.migrate.catalogs;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A random number generator with the questions that generators ask; the same answers for the same seed. */
final class Dice {

    private final SplittableRandom random;

    Dice(long seed) {
        random = new SplittableRandom(seed);
    }

    SplittableRandom random() {
        return random;
    }

    /** From 0 to below the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    /** True so many times of a hundred. */
    boolean percent(int share) {
        return random.nextInt(100) < share;
    }

    <V> V one(List<? extends V> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** So many different ones in random order; all if there are fewer. */
    <V> List<V> some(List<? extends V> of, int count) {
        List<V> left = new ArrayList<>(of);
        List<V> chosen = new ArrayList<>();
        while (chosen.size() < count && !left.isEmpty()) {
            chosen.add(left.remove(random.nextInt(left.size())));
        }
        return chosen;
    }
}
