package io.storeway.testkit.schedule;

import io.storeway.testkit.ManualClock;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread of a run at a time run: the one that has the baton; the others wait at a point.
 *
 * <p>If the thread that has the baton blocks on something else, for example on a lock that another thread of the run holds, its
 * state shows that, and the baton is given to another thread.
 */
final class Baton {

    private static final int MAX_POINTS = 100_000;
    /** How often the thread that has the baton is looked at. The following limits count these ticks. */
    private static final long TICK_MILLIS = 4;

    private static final int TICKS_UNTIL_BLOCKED = 2;
    /** More for a thread in a timed wait, which is probably short. */
    private static final int TICKS_UNTIL_BLOCKED_TIMED = 50;

    private static final int TICKS_UNTIL_STUCK = 7_500;
    private static final int DEADLOCK_TICKS = 10;

    private final List<Worker> workers;
    private final Decisions decisions;
    private final ManualClock clock;
    private final Map<Thread, Worker> byThread = new ConcurrentHashMap<>();
    private @Nullable Worker holder;
    private @Nullable Throwable failure;
    private boolean crashed;
    private volatile boolean over;
    private boolean settling;

    Baton(List<Worker> workers, Decisions decisions, ManualClock clock) {
        this.workers = workers;
        this.decisions = decisions;
        this.clock = clock;
    }

    /** Runs all threads to their end. Returns why one of them failed, or null. */
    @Nullable
    Throwable run(Executor threads) throws InterruptedException {
        workers.forEach(worker -> threads.execute(() -> live(worker)));
        synchronized (this) {
            handOver(null);
            long seen = -1;
            for (int ticks = 0; !workers.stream().allMatch(worker -> worker.state() == Worker.State.ENDED); ticks++) {
                wait(TICK_MILLIS);
                Worker watched = holder;
                long turn = watched == null ? -1 : watched.turns() * workers.size() + workers.indexOf(watched);
                if (turn != seen) {
                    seen = turn;
                    ticks = 0;
                } else if (over && ticks > TICKS_UNTIL_BLOCKED_TIMED) {
                    break;
                } else if (ticks > TICKS_UNTIL_STUCK) {
                    fail(new AssertionError("No thread went on for %d seconds%n%s"
                            .formatted(TICKS_UNTIL_STUCK * TICK_MILLIS / 1_000, stacks())));
                } else if (watched == null && !over && ticks % DEADLOCK_TICKS == 0 && deadlocked()) {
                    fail(new AssertionError("Deadlock" + System.lineSeparator() + stacks()));
                } else if (watched != null && blocked(watched, ticks) && watched.awake()) {
                    watched.set(Worker.State.BLOCKED);
                    holder = null;
                    handOver(watched);
                }
            }
            return failure;
        }
    }

    boolean crashed() {
        return crashed;
    }

    private void live(Worker worker) {
        worker.runsOn(Thread.currentThread());
        byThread.put(Thread.currentThread(), worker);
        try {
            worker.awaitTurn();
            if (!over) {
                worker.body().run();
            }
        } catch (SimulatedCrash e) {
            // The process is dead, and so is this thread.
        } catch (Throwable e) {
            worker.arrives();
            fail(e);
        } finally {
            worker.arrives();
            byThread.remove(Thread.currentThread());
            end(worker);
        }
    }

    /** Gives the baton away and waits until the calling thread gets it again; other threads than those of the run pass. */
    void stop(String point, @Nullable BooleanSupplier until, @Nullable Duration pause) {
        Worker me = byThread.get(Thread.currentThread());
        if (me == null) {
            return;
        }
        me.arrives();
        synchronized (this) {
            dieIfOver(point);
            me.stop(point, until, pause == null ? null : clock.instant().plus(pause));
            if (!settling && (holder == me || holder == null)) {
                handOver(me);
            }
        }
        me.awaitTurn();
        dieIfOver(point);
    }

    int choose(String what, int options) {
        Worker me = byThread.get(Thread.currentThread());
        if (me == null) {
            return 0;
        }
        me.arrives();
        synchronized (this) {
            int chosen = over ? 0 : decisions.choose(what, options);
            me.leaves();
            return chosen;
        }
    }

    private void dieIfOver(String point) {
        if (over) {
            throw new SimulatedCrash(point);
        }
    }

    private synchronized void end(Worker worker) {
        worker.set(Worker.State.ENDED);
        if (!over && !settling && (holder == worker || holder == null)) {
            handOver(worker);
        }
        notifyAll();
    }

    private synchronized void fail(Throwable reason) {
        if (failure == null) {
            failure = reason;
        }
        endAll();
    }

    /** Wakes all threads, which then end at their next point. */
    private void endAll() {
        over = true;
        holder = null;
        for (Worker worker : workers) {
            Thread thread = worker.thread();
            if (worker.state() == Worker.State.BLOCKED && thread != null) {
                thread.interrupt();
            }
            worker.release();
        }
        notifyAll();
    }

    private void handOver(@Nullable Worker from) {
        try {
            holder = null;
            settle();
            if (over) {
                return;
            }
            List<Worker> ready = ready();
            if (ready.isEmpty()) {
                ready = sleepers();
            }
            if (ready.isEmpty()) {
                if (any(Worker.State.WAITS) && !any(Worker.State.BLOCKED)) {
                    fail(new AssertionError("Deadlock: no thread can go on" + System.lineSeparator() + stacks()));
                }
                return;
            }
            Worker next = decisions.next(ready, from);
            if (next == null) {
                crashed = true;
                endAll();
            } else if (decisions.points() > MAX_POINTS) {
                fail(new AssertionError("The threads passed " + MAX_POINTS + " points without coming to an end"));
            } else {
                holder = next;
                next.giveTurn();
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private List<Worker> ready() {
        return workers.stream().filter(worker -> worker.ready(clock.instant())).toList();
    }

    /** Moves the clock to the time at which the first sleeper wakes. So time passes only when no thread can run. */
    private List<Worker> sleepers() {
        workers.stream()
                .map(Worker::wakesAt)
                .filter(Objects::nonNull)
                .min(Instant::compareTo)
                .ifPresent(first -> clock.advance(Duration.between(clock.instant(), first)));
        return ready();
    }

    /** Waits until threads that were just unblocked have reached their next point, so that the same threads are ready in each run. */
    private void settle() {
        settling = true;
        int quiet = 0;
        while (quiet < TICKS_UNTIL_BLOCKED && !over && any(Worker.State.BLOCKED)) {
            boolean running = workers.stream()
                    .anyMatch(worker -> worker.state() == Worker.State.BLOCKED
                            && !(blocked(worker, Integer.MAX_VALUE) && worker.awake()));
            quiet = running ? 0 : quiet + 1;
            try {
                wait(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        settling = false;
    }

    private boolean any(Worker.State state) {
        return workers.stream().anyMatch(worker -> worker.state() == state);
    }

    /** Whether the JVM finds a thread of this run in a cycle of locks. */
    private boolean deadlocked() {
        long[] found = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
        return found != null
                && workers.stream()
                        .map(Worker::thread)
                        .anyMatch(
                                thread -> thread != null && Arrays.stream(found).anyMatch(id -> id == thread.getId()));
    }

    private static boolean blocked(Worker worker, int ticks) {
        return switch (state(worker)) {
            case BLOCKED, WAITING -> ticks >= TICKS_UNTIL_BLOCKED;
            case TIMED_WAITING -> ticks >= TICKS_UNTIL_BLOCKED_TIMED;
            default -> false;
        };
    }

    private static Thread.State state(Worker worker) {
        Thread thread = worker.thread();
        return thread == null ? Thread.State.NEW : thread.getState();
    }

    private String stacks() {
        return workers.stream()
                .filter(worker -> worker.state() != Worker.State.ENDED)
                .map(worker -> worker.name() + " at " + worker.at() + stack(worker.thread()))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static String stack(@Nullable Thread thread) {
        return thread == null
                ? ""
                : Arrays.stream(thread.getStackTrace())
                        .filter(frame -> !frame.getClassName().startsWith("java."))
                        .map(frame -> System.lineSeparator() + "    " + frame)
                        .collect(Collectors.joining());
    }
}
