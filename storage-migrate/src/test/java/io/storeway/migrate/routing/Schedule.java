package io.storeway.migrate.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
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
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private volatile @Nullable Lane running;
    private @Nullable Throwable failure;
    private int steps;

    private static final class Lane {
        private final Task task;
        private final Executor threads;
        private boolean begun;
        private @Nullable Thread thread;
        private boolean over;
        private boolean copying;

        Lane(Task task, Executor threads) {
            this.task = task;
            this.threads = threads;
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
    void run(Executor threads, List<Task> tasks) throws ExecutionException, InterruptedException {
        tasks.forEach(task -> lanes.add(new Lane(task, threads)));
        give(any());
        ended.get();
    }

    private void inLane(Lane lane) {
        MINE.set(lane);
        lane.thread = Thread.currentThread();
        try {
            lane.task.work().run();
        } catch (Killed dead) {
            // Its marks and leases stay, as those of a process would.
        } catch (Throwable e) {
            failure = failure == null ? e : failure;
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
            Lane next = any();
            if (next != lane) {
                give(next);
                awaitTurn(lane);
            }
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

    /** A lane gets a thread with its first turn, so that none has to wake up before that. */
    private void give(@Nullable Lane next) {
        running = next;
        if (next == null) {
            end();
        } else if (!next.begun) {
            next.begun = true;
            next.threads.execute(() -> inLane(next));
        } else {
            LockSupport.unpark(next.thread);
        }
    }

    private void end() {
        Throwable first = failure;
        if (first == null) {
            ended.complete(true);
        } else {
            ended.completeExceptionally(first);
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
        return lane == null ? "" : lane.task.name();
    }

    SplittableRandom random() {
        return random;
    }

    int steps() {
        return steps;
    }
}
