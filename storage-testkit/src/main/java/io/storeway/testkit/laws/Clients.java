package io.storeway.testkit.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs clients concurrently. */
final class Clients {

    private static final long MEETING_MILLIS = 50;

    private Clients() {}

    /**
     * Runs each client in a thread of its own, waits for all, and returns their results in order.
     *
     * @throws AssertionError if a client throws
     */
    static <R> List<R> run(List<? extends Callable<R>> clients) {
        ExecutorService threads = Executors.newFixedThreadPool(clients.size());
        try {
            List<R> results = new ArrayList<>();
            for (Future<R> client : threads.invokeAll(clients)) {
                results.add(client.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new AssertionError("A client failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * Waits up to 50 ms for an event of another client. Not longer, because a storage may keep the other client waiting until this
     * one is done. Returns whether the event happened.
     */
    static boolean await(CountDownLatch event) {
        try {
            return event.await(MEETING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }
}
