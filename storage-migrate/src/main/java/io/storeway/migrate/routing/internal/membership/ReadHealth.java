package io.storeway.migrate.routing.internal.membership;

import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.migrate.routing.internal.control.Side;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** How the reads of this instance go on each side, minute by minute. Thread-safe; reads the clock twice for each read. */
public final class ReadHealth {

    private static final int KEPT = 8;

    private final Clock clock;
    private final Duration slow;
    private final Deque<Minute> minutes = new ArrayDeque<>();
    private volatile Minute current = new Minute(Long.MIN_VALUE);

    public ReadHealth(Clock clock, Duration slow) {
        this.clock = clock;
        this.slow = slow;
    }

    private record Counts(LongAdder calls, LongAdder failed, LongAdder slow) {

        ReadMinute.Reads sums() {
            return new ReadMinute.Reads(calls.sum(), failed.sum(), slow.sum());
        }
    }

    private static final class Minute {
        private final long number;
        private final Map<Side, Counts> counts = new EnumMap<>(Side.class);

        Minute(long number) {
            this.number = number;
            for (Side side : Side.values()) {
                counts.put(side, new Counts(new LongAdder(), new LongAdder(), new LongAdder()));
            }
        }

        void add(Side side, boolean failed, boolean tooSlow) {
            Counts of = of(side);
            of.calls.increment();
            if (failed) {
                of.failed.increment();
            }
            if (tooSlow) {
                of.slow.increment();
            }
        }

        ReadMinute frozen() {
            return new ReadMinute(number, of(Side.OLD).sums(), of(Side.NEW).sums());
        }

        private Counts of(Side side) {
            return Objects.requireNonNull(counts.get(side));
        }
    }

    /** Does a read and notes how it went. A mistake in the request itself is no failure of a side. */
    public <R> R watch(Side side, Supplier<R> read) {
        Instant begin = clock.instant();
        boolean failed = false;
        try {
            return read.get();
        } catch (InvalidValueException e) {
            throw e;
        } catch (UnsupportedCapabilityException e) {
            // With a cause the engine has refused it, for instance for want of a privilege: a failure of the side.
            failed = e.getCause() != null;
            throw e;
        } catch (StorageException e) {
            failed = true;
            throw e;
        } finally {
            Instant end = clock.instant();
            boolean tooSlow = Duration.between(begin, end).compareTo(slow) > 0;
            minute(end).add(side, failed, tooSlow);
        }
    }

    private Minute minute(Instant at) {
        long number = number(at);
        Minute now = current;
        return now.number == number ? now : turn(number);
    }

    public static long number(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), TimeUnit.MINUTES.toSeconds(1));
    }

    private synchronized Minute turn(long number) {
        if (number + KEPT < current.number) {
            // The clock was ahead and has been set back, as no read ends this late. Minutes counted ahead are dropped.
            reset();
        }
        if (current.number < number) {
            Minute next = new Minute(number);
            minutes.addLast(next);
            if (minutes.size() > KEPT) {
                minutes.removeFirst();
            }
            current = next;
        }
        return current;
    }

    /** The latest minutes, the present one among them. */
    synchronized List<ReadMinute> minutes() {
        List<ReadMinute> found = new ArrayList<>();
        minutes.forEach(minute -> found.add(minute.frozen()));
        return found;
    }

    /** Forgets everything, as another stage begins. */
    synchronized void reset() {
        minutes.clear();
        current = new Minute(Long.MIN_VALUE);
    }
}
