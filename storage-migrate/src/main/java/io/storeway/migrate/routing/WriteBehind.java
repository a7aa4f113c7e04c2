package io.storeway.migrate.routing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Writes that their callers don't wait for, on their way to the follower: one group at a time, of what has come together
 * meanwhile. A limited number of rows is held. Thread-safe.
 */
final class WriteBehind {

    private static final int ROWS_AT_MOST = 1_000;
    private static final int GROUP = 100;

    private final Executor executor;
    private final Consumer<List<Sending>> sender;
    private final Semaphore room = new Semaphore(ROWS_AT_MOST, true);
    private final Deque<Sending> queue = new ArrayDeque<>();
    private boolean running;

    /** With what sends a group, ends each of its writes, and never throws. */
    WriteBehind(Executor executor, Consumer<List<Sending>> sender) {
        this.executor = executor;
        this.sender = sender;
    }

    /**
     * Adds a write; waits for room if too much is on its way.
     *
     * @return whether there was room within the time
     * @throws InterruptedException if the thread was interrupted while it waited; the write was not added
     */
    boolean add(Sending write, Duration atMost) throws InterruptedException {
        if (!room.tryAcquire(rows(write), atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        boolean idle;
        synchronized (queue) {
            queue.add(write);
            idle = !running;
            running = true;
        }
        if (idle) {
            start();
        }
        return true;
    }

    /** A write with more rows than there is room for takes all of it. */
    private static int rows(Sending write) {
        return Math.min(write.rows(), ROWS_AT_MOST);
    }

    private void start() {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException | OutOfMemoryError noThread) {
            for (List<Sending> left = next(); !left.isEmpty(); left = next()) {
                left.forEach(write -> write.end(Map.of()));
                release(left);
            }
        }
    }

    private void run() {
        for (List<Sending> group = next(); !group.isEmpty(); group = next()) {
            sender.accept(group);
            release(group);
        }
    }

    private void release(List<Sending> group) {
        group.forEach(write -> room.release(rows(write)));
    }

    /** The next writes, all of one view; none, and then nothing runs any more, if there are none. */
    private List<Sending> next() {
        synchronized (queue) {
            List<Sending> group = new ArrayList<>();
            while (!queue.isEmpty()
                    && group.size() < GROUP
                    && (group.isEmpty()
                            || group.get(0).view() == queue.element().view())) {
                group.add(queue.remove());
            }
            running = !group.isEmpty();
            return group;
        }
    }

    /**
     * Waits until nothing that was added before is on its way.
     *
     * @return whether that was so within the time
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    boolean await(Duration atMost) throws InterruptedException {
        boolean empty = room.tryAcquire(ROWS_AT_MOST, atMost.toNanos(), TimeUnit.NANOSECONDS);
        if (empty) {
            room.release(ROWS_AT_MOST);
        }
        return empty;
    }
}
