package io.storeway.cli;

import io.storeway.error.StorageException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.migrate.routing.RoutedStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** The application of the demo: threads that write and read while its data moves. Thread-safe. */
final class DemoTraffic implements AutoCloseable {

    private static final int WRITERS = 2;
    private static final int READERS = 1;
    /** The pause of a thread between two operations. */
    private static final long PAUSE_NANOS = 2_000_000;
    /** One write in so many of a record that may be deleted is a deletion. */
    private static final int DELETES_ONE_IN = 4;

    private final DemoLog log;
    private final DemoRecords records;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> workers = new ArrayList<>();
    private final ReentrantReadWriteLock running = new ReentrantReadWriteLock(true);
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong longestMillis = new AtomicLong();
    private volatile boolean over;

    /** Starts to write and read through every instance of the application. */
    DemoTraffic(List<RoutedStorage> instances, DemoLog log, DemoRecords records) {
        this.log = log;
        this.records = records;
        for (RoutedStorage instance : instances) {
            for (int i = 0; i < WRITERS; i++) {
                begin(random -> write(instance, random));
            }
            for (int i = 0; i < READERS; i++) {
                begin(random -> read(instance, random));
            }
        }
    }

    /**
     * What the application has done since the last call of {@link #counts}.
     *
     * @param writes acknowledged writes
     * @param refused writes that failed with a retryable exception
     * @param reads answered reads
     * @param longestMillis how long the longest write took
     */
    record Counts(long writes, long refused, long reads, long longestMillis) {}

    Counts counts() {
        return new Counts(writes.getAndSet(0), refused.getAndSet(0), reads.getAndSet(0), longestMillis.getAndSet(0));
    }

    @FunctionalInterface
    private interface Step {
        void run(SplittableRandom random);
    }

    private void begin(Step step) {
        SplittableRandom random = new SplittableRandom();
        workers.add(threads.submit(() -> {
            while (!over) {
                running.readLock().lock();
                try {
                    step.run(random);
                } finally {
                    running.readLock().unlock();
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }));
    }

    private DemoRecords.Entry any(SplittableRandom random) {
        return records.all().get(random.nextInt(records.all().size()));
    }

    private void write(RoutedStorage storage, SplittableRandom random) {
        DemoRecords.Entry record = any(random);
        boolean deletes = records.comesAndGoes(record) && random.nextInt(DELETES_ONE_IN) == 0;
        int number = log.begin(record, deletes);
        long begin = System.nanoTime();
        try {
            if (deletes) {
                records.delete(storage, record);
            } else {
                records.write(storage, record, number);
            }
            log.end(number, DemoLog.Answer.ACKNOWLEDGED);
            writes.incrementAndGet();
        } catch (UnknownOutcomeException e) {
            log.end(number, DemoLog.Answer.UNKNOWN);
        } catch (StorageException e) {
            if (!e.retryable()) {
                throw e;
            }
            log.end(number, DemoLog.Answer.REFUSED);
            refused.incrementAndGet();
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        longestMillis.accumulateAndGet(millis, Math::max);
    }

    private void read(RoutedStorage storage, SplittableRandom random) {
        records.read(storage, any(random));
        reads.incrementAndGet();
    }

    /** Runs work while no operation is under way. */
    void paused(Runnable work) {
        running.writeLock().lock();
        try {
            work.run();
        } finally {
            running.writeLock().unlock();
        }
    }

    /**
     * Ends the application.
     *
     * @throws IllegalStateException if one of its threads has failed
     */
    @Override
    public void close() {
        over = true;
        threads.shutdown();
        for (Future<?> worker : workers) {
            try {
                worker.get(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while the application ended", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("The application has met an error: " + e.getCause(), e.getCause());
            } catch (TimeoutException e) {
                throw new IllegalStateException("The application doesn't end", e);
            }
        }
    }
}
