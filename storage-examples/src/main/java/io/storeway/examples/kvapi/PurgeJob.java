package io.storeway.examples.kvapi;

import io.storeway.error.StorageException;
import io.storeway.spi.KeyValueStore;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Removes expired entries periodically. A run that fails is logged and doesn't keep the next one from running. */
public final class PurgeJob implements Runnable, AutoCloseable {

    private final Duration period;
    private final KeyValueStore store;
    private final Clock clock;
    private final System.Logger log;
    private final ScheduledExecutorService timer;

    private PurgeJob(Duration period, KeyValueStore store, Clock clock, System.Logger log) {
        this.period = period;
        this.store = store;
        this.clock = clock;
        this.log = log;
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "purge");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts a job; its first run comes after one period. */
    public static PurgeJob every(Duration period, KeyValueStore store, Clock clock, System.Logger log) {
        PurgeJob job = new PurgeJob(period, store, clock, log);
        // The future only reports failures, which a run handles itself.
        var unused = job.timer.scheduleAtFixedRate(job, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
        return job;
    }

    /** The time between two runs. */
    public Duration period() {
        return period;
    }

    /** One run. */
    @Override
    public void run() {
        try {
            log.log(System.Logger.Level.DEBUG, "{0} expired entries removed", store.purge(clock.instant()));
        } catch (StorageException e) {
            log.log(System.Logger.Level.WARNING, e.getMessage(), e);
        }
    }

    /** Ends the job and waits up to a minute for a run under way. */
    @Override
    public void close() {
        timer.shutdown();
        try {
            timer.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
