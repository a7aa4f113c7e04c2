package io.storeway.kv.cache;

import java.time.Duration;
import java.util.List;

/**
 * How long partitions of an entity type stay in the cache.
 *
 * <pre>{@code
 * CachePolicy.lasting(Duration.ofHours(24)).jitter(0.1).staleIfError(Duration.ofHours(6))
 * }</pre>
 *
 * @param timeToLive how long a partition is served without asking the source
 * @param jitter by up to which share of itself, from 0 to 1, the time to live is shortened at random, so that entries made at the same
 *     time don't end at the same time
 * @param staleWhileRevalidate how long after the time to live a partition is still served while the source is asked in the background
 * @param staleIfError how long after the time to live a partition is still served if the source is not available
 * @param absentTimeToLive how long it is remembered that a partition has no records, or only expired ones; zero not to remember it
 * @param maxRecords partitions with more records are not cached
 */
public record CachePolicy(
        Duration timeToLive,
        double jitter,
        Duration staleWhileRevalidate,
        Duration staleIfError,
        Duration absentTimeToLive,
        int maxRecords) {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a duration is negative or longer than a hundred years, the time to live is shorter than a
     *     millisecond, or another value is out of its range
     */
    public CachePolicy {
        if (timeToLive.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("A time to live is at least a millisecond, not " + timeToLive);
        }
        if (!(jitter >= 0 && jitter < 1)) {
            throw new IllegalArgumentException("A jitter lies between 0 and 1, not " + jitter);
        }
        for (Duration each : List.of(timeToLive, staleWhileRevalidate, staleIfError, absentTimeToLive)) {
            if (each.isNegative() || each.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("A duration is not negative and not over a hundred years: " + each);
            }
        }
        if (maxRecords < 1) {
            throw new IllegalArgumentException("A partition has at least one record, not " + maxRecords);
        }
    }

    /** Serves entries for the time to live and no longer, doesn't remember absence, and caches up to 1,000 records per partition. */
    public static CachePolicy lasting(Duration timeToLive) {
        return new CachePolicy(timeToLive, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 1_000);
    }

    /** With another {@link #jitter()}. */
    public CachePolicy jitter(double part) {
        return new CachePolicy(timeToLive, part, staleWhileRevalidate, staleIfError, absentTimeToLive, maxRecords);
    }

    /** With another {@link #staleWhileRevalidate()}. */
    public CachePolicy staleWhileRevalidate(Duration longer) {
        return new CachePolicy(timeToLive, jitter, longer, staleIfError, absentTimeToLive, maxRecords);
    }

    /** With another {@link #staleIfError()}. */
    public CachePolicy staleIfError(Duration longer) {
        return new CachePolicy(timeToLive, jitter, staleWhileRevalidate, longer, absentTimeToLive, maxRecords);
    }

    /** With another {@link #absentTimeToLive()}. */
    public CachePolicy rememberAbsent(Duration forTime) {
        return new CachePolicy(timeToLive, jitter, staleWhileRevalidate, staleIfError, forTime, maxRecords);
    }

    /** With another {@link #maxRecords()}. */
    public CachePolicy maxRecords(int most) {
        return new CachePolicy(timeToLive, jitter, staleWhileRevalidate, staleIfError, absentTimeToLive, most);
    }
}
