package io.storeway.testkit.schedule;

import io.storeway.Storage;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interceptor;
import io.storeway.testkit.call.Interposed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link Program}. Its threads stop at points: before each call of an instrumented store, and wherever the
 * code calls one of the methods here. Between two points exactly one thread runs. A thread that does not belong to the run
 * passes points without stopping.
 */
public final class Run {

    private static final int MAX_THREADS = 20;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final ManualClock clock = new ManualClock(START);
    private final List<Worker> workers = new ArrayList<>();
    private final List<Program.Task> checks = new ArrayList<>();
    private final Baton baton;

    Run(Decisions decisions) {
        this.baton = new Baton(workers, decisions, clock);
    }

    /** Adds a thread. Threads are lettered a, b, c … in schedules. */
    public void thread(String name, Program.Task body) {
        if (workers.size() == MAX_THREADS) {
            throw new IllegalArgumentException("A run has at most " + MAX_THREADS + " threads");
        }
        workers.add(new Worker(name, (char) ('a' + workers.size()), body));
    }

    /** Adds a check that runs after all threads have ended, also by a crash. Points don't stop it. */
    public void afterwards(Program.Task check) {
        checks.add(check);
    }

    /** The store, with a point before each call. */
    public KeyValueStore store(KeyValueStore inner) {
        return Interposed.store(inner, points());
    }

    /** The storage, with a point before each call of its repositories, units and replica. */
    public Storage storage(Storage inner) {
        return Interposed.storage(inner, points());
    }

    /** An interceptor with a point before each call, for objects that are instrumented in another way. */
    public Interceptor points() {
        return call -> {
            point(call.verb());
            return call.proceed();
        };
    }

    /** A point in code of your own. */
    public void point(String what) {
        baton.stop(what, null, null);
    }

    /** Waits until the condition holds. Any thread may evaluate it at any time, so it must have no effects. */
    public void await(String what, BooleanSupplier condition) {
        baton.stop(what, condition, null);
    }

    /** Sleeps by the {@linkplain #clock() clock}, which moves forward when all threads sleep or wait. */
    public void sleep(Duration time) {
        baton.stop("sleep", null, time);
    }

    /** A decision that is a part of the schedule, for example whether a call fails. Returns 0 to options - 1; at most 10 options. */
    public int choose(String what, int options) {
        return baton.choose(what, options);
    }

    /** A lock that the scheduler knows of, which makes waiting for it faster than for a lock of the JDK, and exactly repeatable. */
    public Lock lock(String name) {
        return new ScheduledLock(this, name);
    }

    /** The clock of the run. Only {@link #sleep} and the program itself move it. */
    public ManualClock clock() {
        return clock;
    }

    /** Whether the process died in this run. */
    public boolean crashed() {
        return baton.crashed();
    }

    @Nullable
    Throwable execute(Program program, Executor threads) throws InterruptedException {
        try {
            program.prepare(this);
            Throwable failure = baton.run(threads);
            if (failure != null) {
                return failure;
            }
            for (Program.Task check : checks) {
                check.run();
            }
            return null;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            return e;
        }
    }
}
