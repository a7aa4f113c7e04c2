package io.storeway.migrate.internal.run;

import io.storeway.EntityType;
import io.storeway.migrate.internal.Threads;
import io.storeway.spi.ReplicaStore;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a scan. Each is read and decoded on a thread of its own while the caller writes the one before, so two pages are in
 * memory at most. Not thread-safe.
 */
public final class Pages implements AutoCloseable {

    private final ReplicaStore source;
    private final EntityType<?> type;
    private final Retries retries;
    private final IntSupplier size;
    private final @Nullable ExecutorService reader;
    private @Nullable Future<ReplicaStore.ScanPage> ahead;
    private @Nullable String cursor;
    private boolean ended;

    /** Starts behind a cursor. Without reading ahead, each page is read on the caller's thread. */
    public Pages(
            ReplicaStore source,
            EntityType<?> type,
            Retries retries,
            @Nullable String cursor,
            IntSupplier size,
            boolean readAhead) {
        this.source = source;
        this.type = type;
        this.retries = retries;
        this.cursor = cursor;
        this.size = size;
        this.reader = readAhead ? Executors.newSingleThreadExecutor(Threads.daemons("storeway-reader")) : null;
    }

    /** Whether there is another page. */
    public boolean hasNext() {
        return !ended;
    }

    /** The next page. */
    public ReplicaStore.ScanPage next() {
        ReplicaStore.ScanPage page = ahead == null ? read(cursor, size.getAsInt()) : Awaited.of(ahead, "reading");
        cursor = page.next();
        ended = cursor == null;
        ahead = null;
        if (!ended && reader != null) {
            String from = cursor;
            int limit = size.getAsInt();
            ahead = reader.submit(() -> read(from, limit));
        }
        return page;
    }

    private ReplicaStore.ScanPage read(@Nullable String from, int limit) {
        return retries.call(() -> source.scan(type, from, limit));
    }

    /** Ends the reading. Waits for a page that is being read, so that nothing uses the source afterwards. */
    @Override
    public void close() {
        if (reader != null) {
            reader.shutdown();
            if (ahead != null) {
                try {
                    ahead.get();
                } catch (ExecutionException e) {
                    return; // A page that nobody wants any more.
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
