package io.storeway.kv.internal;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does work again and again, on a thread of its own, until it is closed. */
public final class Periodic implements AutoCloseable {

    private final ScheduledExecutorService thread;

    /**
     * Starts.
     *
     * @param name the thread's name
     * @param pause between two runs
     * @param work what to do; if it throws, it is never done again
     */
    public Periodic(String name, Duration pause, Runnable work) {
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
        var unused = thread.scheduleWithFixedDelay(work, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits for a run that is under way. No further one begins. */
    @Override
    public void close() {
        thread.shutdown();
        boolean interrupted = false;
        while (!thread.isTerminated()) {
            try {
                thread.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
