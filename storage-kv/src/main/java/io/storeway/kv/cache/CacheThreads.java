package io.storeway.kv.cache;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one cache. Some read the source, so that a caller who is interrupted doesn't interrupt the read for others; some call
 * the cache's store, if such calls have a timeout; and one tries again what has failed. Bounded in number; idle ones end after ten
 * seconds.
 */
final class CacheThreads implements AutoCloseable {

    private static final int MOST = 64;

    private final ExecutorService reading;
    private final ExecutorService calling = pool("storeway-cache-call-", new Queue(), CacheThreads::wait);
    private final ScheduledThreadPoolExecutor later = later("storeway-cache-later");
    private final @Nullable InvalidationChannel channel;

    CacheThreads(@Nullable ExecutorService reading, @Nullable InvalidationChannel channel) {
        this.reading = reading == null
                ? pool("storeway-cache-read-", new SynchronousQueue<>(), new ThreadPoolExecutor.AbortPolicy())
                : reading;
        this.channel = channel;
    }

    /** Accepts work only if a thread is waiting for it, so that the pool starts a thread otherwise; or if it is put explicitly. */
    private static final class Queue extends LinkedTransferQueue<Runnable> {

        private static final long serialVersionUID = 1;

        @Override
        public boolean offer(Runnable work) {
            return tryTransfer(work);
        }
    }

    /** Queues work until a thread is free: that many callers come at once is no failure of the store. */
    private static void wait(Runnable work, ThreadPoolExecutor pool) {
        if (pool.isShutdown() || !(pool.getQueue() instanceof Queue queue)) {
            throw new RejectedExecutionException("The cache is closed");
        }
        queue.put(work);
    }

    private static ExecutorService pool(
            String name, BlockingQueue<Runnable> queue, RejectedExecutionHandler whenAllAreBusy) {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                0,
                MOST,
                10,
                TimeUnit.SECONDS,
                queue,
                work -> daemon(work, name + number.incrementAndGet()),
                whenAllAreBusy);
    }

    private static ScheduledThreadPoolExecutor later(String name) {
        ScheduledThreadPoolExecutor one =
                new ScheduledThreadPoolExecutor(1, work -> daemon(work, name), new ThreadPoolExecutor.DiscardPolicy());
        one.setKeepAliveTime(10, TimeUnit.SECONDS);
        one.allowCoreThreadTimeOut(true);
        one.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return one;
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Worker(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private static final class Worker extends Thread {
        Worker(Runnable work, String name) {
            super(work, name);
        }
    }

    /** Whether this is a caller's thread, not one of the cache, and has been interrupted. */
    static boolean callerInterrupted() {
        Thread thread = Thread.currentThread();
        return !(thread instanceof Worker) && thread.isInterrupted();
    }

    /** Runs work after a second, unless the cache is closed by then. */
    void later(Runnable work) {
        var unused = later.schedule(work, 1, TimeUnit.SECONDS);
    }

    ExecutorService reading() {
        return reading;
    }

    ExecutorService calling() {
        return calling;
    }

    @Override
    public void close() {
        reading.shutdown();
        calling.shutdown();
        later.shutdown();
        if (channel != null) {
            channel.close();
        }
    }
}
