package io.storeway.migrate.routing.internal.writes;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
    private final Consumer<Sending> unsent;
    private final Semaphore room = new Semaphore(ROWS_AT_MOST, true);
    private final Deque<Sending> queue = new ArrayDeque<>();
    private List<Sending> group = List.of();
    private boolean running;
    private long added;
    private long over;

    /** With what sends a group and ends each of its writes, and what ends a write that can't be sent. Neither ever throws. */
    WriteBehind(Executor executor, Consumer<List<Sending>> sender, Consumer<Sending> unsent) {
        this.executor = executor;
        this.sender = sender;
        this.unsent = unsent;
    }

    /**
     * Adds a write; waits for room if too much is on its way, unless the thread is interrupted.
     *
     * @return whether there was room within the time
     */
    boolean add(Sending write, Duration atMost) {
        if (!take(rows(write), atMost)) {
            return false;
        }
        boolean idle;
        synchronized (queue) {
            queue.add(write);
            added++;
            idle = !running;
            running = true;
        }
        if (idle) {
            start();
        }
        return true;
    }

    private boolean take(int rows, Duration atMost) {
        try {
            return room.tryAcquire(rows, atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return room.tryAcquire(rows);
        }
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
                left.forEach(unsent);
                release(left);
            }
        }
    }

    private void run() {
        for (List<Sending> next = next(); !next.isEmpty(); next = next()) {
            sender.accept(next);
            release(next);
        }
    }

    private void release(List<Sending> ended) {
        ended.forEach(write -> room.release(rows(write)));
        synchronized (queue) {
            over += ended.size();
            queue.notifyAll();
        }
    }

    /** The next writes, all of one view; none, and then nothing runs any more, if there are none. */
    private List<Sending> next() {
        synchronized (queue) {
            group = new ArrayList<>();
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

    /** The writes that are on their way. */
    List<Sending> open() {
        synchronized (queue) {
            List<Sending> open = new ArrayList<>(group);
            open.addAll(queue);
            return open;
        }
    }

    /**
     * Waits until nothing that was added before is on its way. Keeps nobody from adding more.
     *
     * @return whether that was so within the time
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    boolean await(Duration atMost) throws InterruptedException {
        long begin = System.nanoTime();
        synchronized (queue) {
            long before = added;
            long left = atMost.toNanos();
            while (over < before && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(queue, left);
                left = atMost.toNanos() - (System.nanoTime() - begin);
            }
            return over >= before;
        }
    }
}
