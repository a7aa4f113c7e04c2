package io.storeway.kv.cache;

import io.storeway.error.StorageClosedException;
import io.storeway.error.UnknownOutcomeException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** One write of the source, with the cache told before and after. */
final class CacheWrite {

    private final CacheContext context;
    private final UUID writer = UUID.randomUUID();
    private final Set<String> marked = new LinkedHashSet<>();

    CacheWrite(CacheContext context) {
        this.context = context;
    }

    /**
     * Marks entries; for work that finds out late what it writes.
     *
     * @throws StorageClosedException if the storage is closed, also meanwhile: nobody would tell the cache of the write
     */
    void mark(Collection<String> keys) {
        if (!keys.isEmpty()) {
            context.invalidation().mark(writer, keys);
            marked.addAll(keys);
        }
        context.requireOpen("write", "cached");
    }

    /**
     * Runs the work with the entries marked. If nobody knows whether it took effect, as when the virtual machine fails in the
     * midst of it, the marks stay until they end: an entry made meanwhile could be older than the write.
     */
    <R> R run(Collection<String> keys, Supplier<R> work) {
        context.requireOpen("write", "cached");
        mark(keys);
        try {
            R result = work.get();
            finish();
            return result;
        } catch (UnknownOutcomeException | Error e) {
            if (!marked.isEmpty()) {
                context.invalidation().leave(writer, marked);
            }
            throw e;
        } catch (RuntimeException e) {
            finish();
            throw e;
        }
    }

    private void finish() {
        if (!marked.isEmpty()) {
            context.invalidation().finish(writer, marked);
        }
    }
}
