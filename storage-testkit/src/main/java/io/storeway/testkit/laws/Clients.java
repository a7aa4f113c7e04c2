package io.storeway.testkit.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Clients that work at the same time. */
final class Clients {

    private Clients() {}

    /**
     * Runs each in a thread of its own and waits for all.
     *
     * @throws AssertionError if one throws
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
}
