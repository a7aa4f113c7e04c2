package io.storeway.migrate.routing;

import java.time.Duration;

/**
 * When READ_NEW goes back to SHADOW by itself, because reads of the new storage are much worse than those of the old one. Reads are
 * counted over all instances, minute by minute. Three rules lead back, each only if the old storage fares clearly better in the
 * same minutes, so that an outage of both moves nothing: too many failed reads, or too many slow ones, for several minutes; or very
 * many failed reads in one minute.
 *
 * @param errorPercent the share of failed reads that each of {@code minutes} has to exceed
 * @param slow a read that takes longer is slow
 * @param slowPercent the share of slow reads that each of {@code minutes} has to exceed; 5 percent is the 95th percentile
 * @param minutes for how many minutes in a row
 * @param failurePercent the share of failed reads that a single minute has to exceed
 * @param minimumCalls a minute with fewer reads of the new storage doesn't count
 * @param timesWorse by what factor the share has to exceed that of the old storage
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
     * @throws IllegalArgumentException if one of them is out of its range
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
     * Goes back if for 5 minutes more than 1 percent of reads fail, or more than 5 percent take longer than a second, or if more than
     * 5 percent fail in one minute; counting minutes with at least 100 reads, and if that is more than twice the share of the old
     * storage.
     */
    public static RollbackPolicy defaults() {
        return new RollbackPolicy(1, Duration.ofSeconds(1), 5, 5, 5, 100, 2);
    }

    /** Never goes back by itself. */
    public static RollbackPolicy never() {
        return new RollbackPolicy(100, Duration.ofSeconds(1), 100, 1, 100, Long.MAX_VALUE, 1);
    }
}
