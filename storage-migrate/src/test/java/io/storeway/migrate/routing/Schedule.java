package io.storeway.migrate.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks as if on one processor that changes its mind at every call of a store: real threads, one of which holds the
 * turn. The same seed gives the same run.
 */
final class Schedule {

    /** The death of an instance: nothing of the library catches an Error. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    /** In some schedules the turn changes at most calls, in others tasks go on for a while: each finds what the others don't. */
    private static final int[] STAYS_PERCENT = {25, 75, 95};

    private final SplittableRandom random;
    private final int staysPercent;
    private final List<Lane> lanes = new ArrayList<>();
    private volatile @Nullable Lane running;
    private int steps;

    private static final class Lane {
        private final String name;
        private volatile @Nullable Thread thread;
        private boolean over;
        private boolean copying;

        Lane(String name) {
            this.name = name;
        }
    }

    private static final ThreadLocal<Lane> MINE = new ThreadLocal<>();

    Schedule(long seed) {
        this.random = new SplittableRandom(seed);
        this.staysPercent = STAYS_PERCENT[random.nextInt(STAYS_PERCENT.length)];
    }

    /** A task that belongs to a named instance. */
    record Task(String name, Runnable work) {}

    /** Runs all tasks to their end; an exception of one that is not a death fails the run. */
    void run(ExecutorService threads, List<Task> tasks) throws Exception {
        List<Future<?>> futures = new ArrayList<>();
        tasks.forEach(task -> lanes.add(new Lane(task.name())));
        for (int i = 0; i < tasks.size(); i++) {
            Lane lane = lanes.get(i);
            Runnable work = tasks.get(i).work();
            futures.add(threads.submit(() -> inLane(lane, work)));
        }
        give(any());
        for (Future<?> future : futures) {
            future.get();
        }
    }

    private void inLane(Lane lane, Runnable work) {
        MINE.set(lane);
        lane.thread = Thread.currentThread();
        awaitTurn(lane);
        try {
            work.run();
        } catch (Killed dead) {
            // Its marks and leases stay, as those of a process would.
            return;
        } finally {
            MINE.remove();
            lane.over = true;
            give(any());
        }
    }

    /** A call of a store, or a wait: somebody else may go on here. */
    void step() {
        Lane lane = MINE.get();
        if (lane == null) {
            return;
        }
        steps++;
        if (random.nextInt(100) >= staysPercent) {
            give(any());
            awaitTurn(lane);
        }
    }

    /** One of the tasks that are not over; whoever asks has the turn, so that nobody else does. */
    private @Nullable Lane any() {
        int ready = 0;
        for (Lane lane : lanes) {
            ready += lane.over ? 0 : 1;
        }
        int chosen = ready == 0 ? -1 : random.nextInt(ready);
        for (Lane lane : lanes) {
            if (!lane.over && chosen-- == 0) {
                return lane;
            }
        }
        return null;
    }

    private void give(@Nullable Lane next) {
        running = next;
        Thread thread = next == null ? null : next.thread;
        if (thread != null && !thread.equals(Thread.currentThread())) {
            LockSupport.unpark(thread);
        }
    }

    private void awaitTurn(Lane lane) {
        while (running != lane) {
            LockSupport.park(this);
        }
    }

    /** What the present task does is a backfill. */
    void copying(boolean begins) {
        Lane lane = MINE.get();
        if (lane != null) {
            lane.copying = begins;
        }
    }

    boolean copying() {
        Lane lane = MINE.get();
        return lane != null && lane.copying;
    }

    /** The instance whose turn it is, or empty outside of a run. */
    String current() {
        Lane lane = MINE.get();
        return lane == null ? "" : lane.name;
    }

    SplittableRandom random() {
        return random;
    }

    int steps() {
        return steps;
    }
}
