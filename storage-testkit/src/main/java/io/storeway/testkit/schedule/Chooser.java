package io.storeway.testkit.schedule;

import java.util.SplittableRandom;

/** Makes the decisions of a run. */
@FunctionalInterface
interface Chooser {

    /** Stands for a crash among the options. */
    char CRASH = '!';

    /** A random run crashes at one in so many decisions at which it could. */
    int CRASH_ONE_IN = 16;

    /**
     * Chooses one of the options.
     *
     * @param options at least two symbols
     * @param usual the default: the thread that ran until now if it is an option, else the first option
     */
    char choose(String options, char usual);

    /** Follows a schedule; after its end always chooses the default. */
    static Chooser replaying(String schedule) {
        int[] next = {0};
        return (options, usual) -> {
            if (next[0] == schedule.length()) {
                return usual;
            }
            char wanted = schedule.charAt(next[0]);
            next[0]++;
            if (options.indexOf(wanted) < 0) {
                throw new UnrepeatableRunException("The schedule doesn't fit: decision " + next[0] + " is '" + wanted
                        + "', possible are " + options);
            }
            return wanted;
        };
    }

    /** Chooses at random: a crash, where it is an option, once in sixteen times, all other options equally often. */
    static Chooser random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return (options, usual) -> {
            boolean crash = options.indexOf(CRASH) >= 0;
            if (crash && random.nextInt(CRASH_ONE_IN) == 0) {
                return CRASH;
            }
            return options.charAt(random.nextInt(options.length() - (crash ? 1 : 0)));
        };
    }
}
