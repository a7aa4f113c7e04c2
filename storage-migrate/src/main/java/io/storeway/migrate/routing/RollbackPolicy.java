package io.storeway.migrate.routing;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;

/**
 * When reads of the new storage are so much worse than those of the old one that READ_NEW goes back to SHADOW by itself. Counted
 * over all instances, in whole minutes, each of which has to have enough calls. An outage that meets both storages moves nothing.
 *
 * @param errorPercent more failed reads than this, in each of {@code minutes}
 * @param slow what a slow read is
 * @param slowPercent more slow reads than this, in each of {@code minutes}; 5 percent is the 95th percentile
 * @param minutes for how long
 * @param failurePercent more failed reads than this in one minute
 * @param minimumCalls a minute with fewer reads of the new storage says nothing
 * @param timesWorse how many times the old storage's percentage in the same minutes it has to be
 */
public record RollbackPolicy(
        double errorPercent,
        Duration slow,
        double slowPercent,
        int minutes,
        double failurePercent,
        long minimumCalls,
        double timesWorse) {

    private static final int MINUTES_KEPT = 6;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one can't be
     */
    public RollbackPolicy {
        require(errorPercent >= 0 && errorPercent <= 100, "errorPercent is between 0 and 100");
        require(slowPercent >= 0 && slowPercent <= 100, "slowPercent is between 0 and 100");
        require(failurePercent >= 0 && failurePercent <= 100, "failurePercent is between 0 and 100");
        require(!slow.isNegative() && !slow.isZero(), "slow is a positive time");
        require(minutes >= 1 && minutes <= MINUTES_KEPT, "minutes is between 1 and " + MINUTES_KEPT);
        require(minimumCalls >= 1, "minimumCalls is at least 1");
        require(timesWorse >= 1, "timesWorse is at least 1");
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }

    /**
     * More than 1 percent of reads fail for 5 minutes, more than 5 percent take longer than a second for 5 minutes, or more than 5
     * percent fail within one minute; of at least 100 reads a minute, and twice as bad as the old storage.
     */
    public static RollbackPolicy defaults() {
        return new RollbackPolicy(1, Duration.ofSeconds(1), 5, 5, 5, 100, 2);
    }

    /** Never. */
    public static RollbackPolicy never() {
        return new RollbackPolicy(100, Duration.ofSeconds(1), 100, 1, 100, Long.MAX_VALUE, 1);
    }

    /** What speaks for going back, from the minutes before the present one. */
    Optional<String> breach(SortedMap<Long, ReadMinute> counted, long present) {
        return sudden(counted, present)
                .or(() -> lasting(counted, present, "failed", errorPercent, ReadMinute.Reads::failedPercent))
                .or(() -> lasting(
                        counted, present, "took longer than " + slow, slowPercent, ReadMinute.Reads::slowPercent));
    }

    private interface Share {
        double of(ReadMinute.Reads reads);
    }

    private Optional<String> sudden(SortedMap<Long, ReadMinute> counted, long present) {
        ReadMinute last = counted.get(present - 1);
        return last != null && worse(last, failurePercent, ReadMinute.Reads::failedPercent)
                ? Optional.of("in one minute " + told(last, "failed", ReadMinute.Reads::failedPercent))
                : Optional.empty();
    }

    private Optional<String> lasting(
            SortedMap<Long, ReadMinute> counted, long present, String what, double limit, Share share) {
        StringBuilder story = new StringBuilder();
        for (long minute = present - minutes; minute < present; minute++) {
            ReadMinute here = counted.get(minute);
            if (here == null || !worse(here, limit, share)) {
                return Optional.empty();
            }
            story.append(story.isEmpty() ? "" : ", then ").append(told(here, what, share));
        }
        return Optional.of("for " + minutes + " minutes " + story);
    }

    private boolean worse(ReadMinute minute, double limit, Share share) {
        double fresh = share.of(minute.fresh());
        return minute.fresh().calls() >= minimumCalls && fresh > limit && fresh > timesWorse * share.of(minute.old());
    }

    private static String told(ReadMinute minute, String what, Share share) {
        return String.format(
                Locale.ROOT,
                "%.1f %% of %d reads of the new storage and %.1f %% of %d of the old one %s",
                share.of(minute.fresh()),
                minute.fresh().calls(),
                share.of(minute.old()),
                minute.old().calls(),
                what);
    }
}
