package io.storeway.migrate.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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

    private final SplittableRandom random;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Lane> lanes = new ArrayList<>();
    private @Nullable Lane running;
    private int steps;

    private static final class Lane {
        private final String name;
        private final Condition turn;
        private boolean over;

        Lane(String name, Condition turn) {
            this.name = name;
            this.turn = turn;
        }
    }

    private static final ThreadLocal<Lane> MINE = new ThreadLocal<>();

    Schedule(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** A task that belongs to a named instance. */
    record Task(String name, Runnable work) {}

    /** Runs all tasks to their end; an exception of one that is not a death fails the run. */
    void run(ExecutorService threads, List<Task> tasks) throws Exception {
        List<Future<?>> futures = new ArrayList<>();
        lock.lock();
        try {
            for (Task task : tasks) {
                Lane lane = new Lane(task.name(), lock.newCondition());
                lanes.add(lane);
                futures.add(threads.submit(() -> inLane(lane, task.work())));
            }
            next();
        } finally {
            lock.unlock();
        }
        for (Future<?> future : futures) {
            future.get();
        }
    }

    private void inLane(Lane lane, Runnable work) {
        MINE.set(lane);
        lock.lock();
        try {
            awaitTurn(lane);
        } finally {
            lock.unlock();
        }
        try {
            work.run();
        } catch (Killed dead) {
            // Its marks and leases stay, as those of a process would.
            return;
        } finally {
            MINE.remove();
            lock.lock();
            try {
                lane.over = true;
                next();
            } finally {
                lock.unlock();
            }
        }
    }

    /** A call of a store, or a wait: somebody else may go on here. */
    void step() {
        Lane lane = MINE.get();
        if (lane == null) {
            return;
        }
        lock.lock();
        try {
            steps++;
            next();
            awaitTurn(lane);
        } finally {
            lock.unlock();
        }
    }

    private void next() {
        List<Lane> ready = lanes.stream().filter(lane -> !lane.over).toList();
        if (ready.isEmpty()) {
            running = null;
            return;
        }
        running = ready.get(random.nextInt(ready.size()));
        running.turn.signal();
    }

    private void awaitTurn(Lane lane) {
        while (running != lane) {
            lane.turn.awaitUninterruptibly();
        }
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
