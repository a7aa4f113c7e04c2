package io.storeway.testkit.schedule;

import java.util.SplittableRandom;

/** Takes the decisions of a run. */
@FunctionalInterface
interface Chooser {

    /** Stands for a crash among the options. */
    char CRASH = '!';

    /**
     * Takes one of the options.
     *
     * @param options at least two symbols
     * @param usual the one that changes least: the thread that ran until now, or the first
     */
    char choose(String options, char usual);

    /** Goes by a schedule, and on as usual behind its end. */
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

    /** Goes by chance: a crash at one decision of sixteen, everything else alike. */
    static Chooser random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return (options, usual) -> {
            boolean crash = options.indexOf(CRASH) >= 0;
            if (crash && random.nextInt(16) == 0) {
                return CRASH;
            }
            return options.charAt(random.nextInt(options.length() - (crash ? 1 : 0)));
        };
    }
}
