package io.storeway.migrate.internal;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** How background threads are made and waited for. */
public final class Threads {

    private Threads() {}

    /** Threads of that name, which don't keep the process alive. */
    public static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** One thread, started when there is work and ended when idle; rejects work beyond the length of its queue. */
    public static ExecutorService single(String name, int queue) {
        return new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), daemons(name));
    }

    /** Waits until all threads that were told to end have ended, or the time is over, or this thread is interrupted. */
    public static void await(Duration longest, ExecutorService... all) {
        long begin = System.nanoTime();
        try {
            for (ExecutorService threads : all) {
                threads.awaitTermination(longest.toNanos() - (System.nanoTime() - begin), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until threads that were told to end have ended, however long that takes; an interruption is kept for later. */
    public static void awaitEnd(ExecutorService threads) {
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = threads.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
