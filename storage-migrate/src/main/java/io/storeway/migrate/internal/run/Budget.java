package io.storeway.migrate.internal.run;

import io.storeway.migrate.RunLimits;
import io.storeway.migrate.StopReason;
import io.storeway.spi.PartitionState;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a run has used of its limits. Not thread-safe. */
public final class Budget {

    private final RunLimits limits;
    private final Timer timer;
    private final Gate gate;
    private final long start;
    private long longestBatch;
    private long items;
    private long errors;
    private double next;

    public Budget(RunLimits limits, Timer timer, Gate gate) {
        this.limits = limits;
        this.timer = timer;
        this.gate = gate;
        this.start = timer.nanos();
        this.next = start;
    }

    /** Notes a batch; the next one has to wait until the time is over that this one should have taken by the limits. */
    public void used(long readItems, List<PartitionState> read, long newErrors, long nanos) {
        items += readItems;
        errors += newErrors;
        longestBatch = Math.max(longestBatch, nanos);
        double seconds = Math.max(
                (double) readItems / limits.recordsPerSecond(), (double) bytes(read) / limits.bytesPerSecond());
        next = Math.max(next, (double) (timer.nanos() - nanos)) + seconds * 1e9;
    }

    /** The size of the items' JSON text, if it is limited. */
    private long bytes(List<PartitionState> read) {
        return limits.bytesPerSecond() == Long.MAX_VALUE
                ? 0
                : read.stream()
                        .flatMap(state -> state.items().stream())
                        .mapToLong(item -> item.payload().bytes().length)
                        .sum();
    }

    /** Waits until another batch may begin. Returns why the run has to stop instead, or null. */
    @Nullable
    public StopReason await() {
        StopReason reason = overdrawn();
        if (reason != null) {
            return reason;
        }
        long early = (long) next - timer.nanos();
        Duration longest = limits.maxDuration();
        if (longest != null && timer.nanos() - start + Math.max(0, early) + longestBatch >= longest.toNanos()) {
            return StopReason.MAX_DURATION;
        }
        if (early > 0) {
            timer.await(Duration.ofNanos(early));
        }
        return gate.pass() ? null : StopReason.STOPPED;
    }

    private @Nullable StopReason overdrawn() {
        if (errors > limits.maxErrors()) {
            return StopReason.MAX_ERRORS;
        }
        if (items >= RunLimits.JUDGED_FROM && errors > limits.maxErrorRatio() * items) {
            return StopReason.MAX_ERROR_RATIO;
        }
        return null;
    }
}
