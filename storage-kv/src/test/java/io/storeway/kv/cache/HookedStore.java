package io.storeway.kv.cache;

import io.storeway.kv.MemoryStore;
import io.storeway.spi.KeyValueStore;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A real store in memory that runs what a test wants before and after its calls, and counts the reads. */
final class HookedStore implements KeyValueStore {

    final MemoryStore store;
    final AtomicInteger reads = new AtomicInteger();
    volatile Runnable beforeRead = () -> {};
    volatile Runnable afterRead = () -> {};
    volatile Consumer<List<Write>> beforeCommit = writes -> {};
    volatile Consumer<List<Write>> afterCommit = writes -> {};

    HookedStore() {
        this(new MemoryStore());
    }

    /** A way to a store that others have ways to, too. */
    HookedStore(MemoryStore store) {
        this.store = store;
    }

    /** From now on every call ends so. */
    void fail(Supplier<RuntimeException> failure) {
        beforeRead = () -> {
            throw failure.get();
        };
        beforeCommit = writes -> {
            throw failure.get();
        };
    }

    /** From now on nothing fails, and nothing else happens. */
    void recover() {
        beforeRead = () -> {};
        beforeCommit = writes -> {};
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public int maxKeyBytes() {
        return store.maxKeyBytes();
    }

    @Override
    public boolean durable() {
        return store.durable();
    }

    @Override
    public boolean readOnly() {
        return store.readOnly();
    }

    @Override
    public @Nullable Entry get(String key) {
        reads.incrementAndGet();
        beforeRead.run();
        Entry entry = store.get(key);
        afterRead.run();
        return entry;
    }

    @Override
    public List<@Nullable Entry> getAll(List<String> keys) {
        reads.incrementAndGet();
        beforeRead.run();
        List<@Nullable Entry> entries = store.getAll(keys);
        afterRead.run();
        return entries;
    }

    @Override
    public void commit(List<Expectation> expectations, List<Write> writes) {
        beforeCommit.accept(writes);
        store.commit(expectations, writes);
        afterCommit.accept(writes);
    }

    @Override
    public Listing list(String prefix, @Nullable String cursor, int limit) {
        return store.list(prefix, cursor, limit);
    }

    @Override
    public long purge(Instant now) {
        return store.purge(now);
    }

    @Override
    public void close() {
        store.close();
    }
}
