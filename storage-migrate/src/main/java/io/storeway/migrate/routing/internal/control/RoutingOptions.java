package io.storeway.migrate.routing.internal.control;

import io.storeway.migrate.routing.RollbackPolicy;
import io.storeway.migrate.routing.StageAdvisor;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a routed storage, or of a router.
 *
 * @param migration the name of the migration
 * @param instance the name of this instance
 * @param plan tells what is the same for all instances that may take part together; see {@link Instance#planHash}
 * @param clock judges leases and times
 * @param pause how threads wait for others
 * @param lease how long an instance may write without having renewed its lease
 * @param skew how far the clocks of instances may be apart
 * @param park how long a write waits while the migration switches
 * @param followerTimeout how long a write waits for the follower, or for room on the way to it
 * @param followers how many writes that are waited for follow at once; with none, all follow on their callers' threads
 * @param behind what runs the writes that aren't waited for, or null for a thread of their own
 * @param heartbeat how often the background work runs; zero for never
 * @param switchWithin how long a switch may take until it is given up
 * @param comparisons how many shadow reads have to be compared before SHADOW is left
 * @param sample the share of reads compared in SHADOW, READ_NEW and LIVE, from 0 to 100
 * @param pending how many partitions that have not yet followed an instance remembers one by one
 * @param advisor moves the stage by a flag, or null
 * @param rollback when READ_NEW goes back by itself
 */
public record RoutingOptions(
        String migration,
        String instance,
        Supplier<String> plan,
        Clock clock,
        Pause pause,
        Duration lease,
        Duration skew,
        Duration park,
        Duration followerTimeout,
        int followers,
        @Nullable Executor behind,
        Duration heartbeat,
        Duration switchWithin,
        int comparisons,
        int sample,
        int pending,
        @Nullable StageAdvisor advisor,
        RollbackPolicy rollback) {

    /** What a routed storage is called as a backend. */
    public static final String BACKEND = "routed";

    /** How long closing waits for background work that runs. */
    public static final Duration CLOSING = Duration.ofSeconds(5);

    /** The settings of a router, which has no follower, no partitions that wait for one, no advisor, and no automatic rollback. */
    public static RoutingOptions ofRouter(
            String migration,
            String instance,
            String planHash,
            Clock clock,
            Pause pause,
            Duration lease,
            Duration park,
            Duration heartbeat,
            int comparisons,
            int sample) {
        return new RoutingOptions(
                migration,
                instance,
                () -> planHash,
                clock,
                pause,
                lease,
                skew(lease),
                park,
                park,
                0,
                null,
                heartbeat,
                lease,
                comparisons,
                sample,
                0,
                null,
                RollbackPolicy.never());
    }

    /** How far clocks may be apart for a lease to be safe. */
    public static Duration skew(Duration lease) {
        return lease.dividedBy(5);
    }

    public static Duration requirePositive(Duration time) {
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException("A time is positive, not " + time);
        }
        return time;
    }

    /** An instance writes until its lease ends by the fastest clock; one that it renews later could not write in between. */
    public static void requireRenewed(Duration lease, Duration heartbeat) {
        if (heartbeat.compareTo(lease.minus(skew(lease))) >= 0) {
            throw new IllegalArgumentException("A heartbeat every " + heartbeat + " comes too late to renew a lease of "
                    + lease + ", with which an instance writes for " + lease.minus(skew(lease))
                    + "; make the lease several heartbeats long");
        }
    }

    public static String requireName(String what, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("The name of the " + what + " is blank; give one, or leave it out");
        }
        return name;
    }

    public static int requireShare(int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("A share is between 0 and 100 percent, not " + percent);
        }
        return percent;
    }

    public static int requireComparisons(int atLeast) {
        if (atLeast < 0) {
            throw new IllegalArgumentException("There can't be " + atLeast + " comparisons");
        }
        return atLeast;
    }
}
