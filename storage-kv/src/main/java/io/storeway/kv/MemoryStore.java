package io.storeway.kv;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageClosedException;
import io.storeway.error.VersionConflictException;
import io.storeway.kv.internal.Keys;
import io.storeway.kv.internal.SortedListing;
import io.storeway.spi.KeyValueStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in the heap, for tests and for data that may be lost. Thread-safe; not durable; as large as the heap.
 *
 * <p>All versions come from one counter of commits, so a key that is deleted and written again never gets an old version.
 */
public final class MemoryStore implements KeyValueStore {

    private final String name;
    private final TreeMap<String, Entry> entries = new TreeMap<>(Keys.ORDER);
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private long version;
    private boolean closed;

    /** An empty store. */
    public MemoryStore() {
        this("memory");
    }

    MemoryStore(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int maxKeyBytes() {
        return Keys.MAX_BYTES;
    }

    @Override
    public boolean durable() {
        return false;
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public @Nullable Entry get(String key) {
        return getAll(List.of(key)).get(0);
    }

    @Override
    public List<@Nullable Entry> getAll(List<String> keys) {
        return with(lock.readLock(), "get", () -> {
            List<@Nullable Entry> found = new ArrayList<>(keys.size());
            for (String key : keys) {
                found.add(entries.get(key));
            }
            return found;
        });
    }

    @Override
    public void commit(List<Expectation> expectations, List<Write> writes) {
        Keys.check(writes, name);
        with(lock.writeLock(), "commit", () -> {
            for (Expectation expected : expectations) {
                Entry entry = entries.get(expected.key());
                if ((entry == null ? 0 : entry.version()) != expected.version()) {
                    throw new VersionConflictException(
                            "An entry has another version than expected",
                            new ErrorContext("commit", name, null, null),
                            null);
                }
            }
            if (!writes.isEmpty()) {
                version++;
                writes.forEach(this::apply);
            }
            return true;
        });
    }

    private void apply(Write write) {
        byte[] value = write.value();
        if (value == null) {
            entries.remove(write.key());
        } else {
            entries.put(
                    write.key(), new Entry(write.key(), value.clone(), write.metadata(), write.expiresAt(), version));
        }
    }

    @Override
    public Listing list(String prefix, @Nullable String cursor, int limit) {
        return with(lock.readLock(), "list", () -> {
            SortedListing listing = new SortedListing(prefix, cursor, limit);
            if (!listing.impossible()) {
                for (Entry entry : entries.tailMap(listing.from(), true).values()) {
                    if (!listing.take(entry.key(), () -> entry)) {
                        break;
                    }
                }
            }
            return listing.result();
        });
    }

    @Override
    public long purge(Instant now) {
        return with(lock.writeLock(), "purge", () -> {
            int before = entries.size();
            entries.values().removeIf(entry -> {
                Instant expiresAt = entry.expiresAt();
                return expiresAt != null && !now.isBefore(expiresAt);
            });
            return (long) before - entries.size();
        });
    }

    /** Forgets everything. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            entries.clear();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private <R> R with(Lock held, String operation, Supplier<R> action) {
        held.lock();
        try {
            if (closed) {
                throw new StorageClosedException(
                        "The store is closed", new ErrorContext(operation, name, null, null), null);
            }
            return action.get();
        } finally {
            held.unlock();
        }
    }
}
