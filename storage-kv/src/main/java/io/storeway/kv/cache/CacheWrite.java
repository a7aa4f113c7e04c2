package io.storeway.kv.cache;

import io.storeway.error.StorageClosedException;
import io.storeway.error.UnknownOutcomeException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** One write of the source, before and after which cache entries are invalidated. */
final class CacheWrite {

    private final CacheContext context;
    private final UUID writer = UUID.randomUUID();
    private final Set<String> marked = new LinkedHashSet<>();

    CacheWrite(CacheContext context) {
        this.context = context;
    }

    /**
     * Marks further entries, for work that finds out only while it runs what it writes.
     *
     * @throws StorageClosedException if the storage is closed before the marks are made, as nobody would invalidate entries later
     */
    void mark(Collection<String> keys) {
        if (!keys.isEmpty()) {
            context.invalidation().mark(writer, keys);
            marked.addAll(keys);
        }
        context.requireOpen("write", "cached");
    }

    /**
     * Runs the work with the entries marked. If it is unknown whether the work took effect, for instance after an error of the virtual
     * machine, the marks stay until they end: an entry made before could be older than the write.
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
