package io.storeway.migrate;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a run goes before it stops by itself, and how fast. A run that stops keeps what it has done, and the next one goes
 * on from there.
 *
 * @param maxDuration the run ends before this time is over, after a batch; null without limit
 * @param maxErrors the run ends after the batch in which more items than this became residue
 * @param maxErrorRatio the run ends when a larger share of its items than this became residue; checked from {@value #JUDGED_FROM}
 *     items on
 * @param recordsPerSecond how many items it reads a second
 * @param bytesPerSecond how many bytes of items it reads a second, by their JSON text
 */
public record RunLimits(
        @Nullable Duration maxDuration,
        long maxErrors,
        double maxErrorRatio,
        long recordsPerSecond,
        long bytesPerSecond) {

    /** From how many items on the ratio of errors is checked. */
    public static final long JUDGED_FROM = 100;

    /** A run that goes on to its end as fast as it can. */
    public static final RunLimits NONE = new RunLimits(null, Long.MAX_VALUE, 1, Long.MAX_VALUE, Long.MAX_VALUE);

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one of them allows nothing
     */
    public RunLimits {
        if (maxDuration != null && (maxDuration.isNegative() || maxDuration.isZero())) {
            throw new IllegalArgumentException("A run takes some time, not " + maxDuration);
        }
        if (maxErrors < 0) {
            throw new IllegalArgumentException("A run allows 0 errors or more, not " + maxErrors);
        }
        if (!(maxErrorRatio >= 0 && maxErrorRatio <= 1)) {
            throw new IllegalArgumentException("A ratio of errors lies between 0 and 1, not " + maxErrorRatio);
        }
        if (recordsPerSecond < 1 || bytesPerSecond < 1) {
            throw new IllegalArgumentException("A run reads at least 1 record and 1 byte a second");
        }
    }

    /** With this time; see {@link #maxDuration}. */
    public RunLimits withMaxDuration(Duration longest) {
        return new RunLimits(longest, maxErrors, maxErrorRatio, recordsPerSecond, bytesPerSecond);
    }

    /** With this number; see {@link #maxErrors}. */
    public RunLimits withMaxErrors(long most) {
        return new RunLimits(maxDuration, most, maxErrorRatio, recordsPerSecond, bytesPerSecond);
    }

    /** With this ratio; see {@link #maxErrorRatio}. */
    public RunLimits withMaxErrorRatio(double most) {
        return new RunLimits(maxDuration, maxErrors, most, recordsPerSecond, bytesPerSecond);
    }

    /** With this rate; see {@link #recordsPerSecond}. */
    public RunLimits withRecordsPerSecond(long most) {
        return new RunLimits(maxDuration, maxErrors, maxErrorRatio, most, bytesPerSecond);
    }

    /** With this rate; see {@link #bytesPerSecond}. */
    public RunLimits withBytesPerSecond(long most) {
        return new RunLimits(maxDuration, maxErrors, maxErrorRatio, recordsPerSecond, most);
    }
}
