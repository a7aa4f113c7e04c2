package io.storeway.kv.cache;

import io.storeway.kv.cache.CacheEntry.Kind;
import io.storeway.kv.cache.GuardedStore.Commit;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the cache from answering with what a write has made old.
 *
 * <p>A writer puts a mark over each entry before it writes the source; readers go past a marked entry and keep nothing.
 * When the write has returned the mark is taken away, and with it the entry. A writer that dies leaves its mark, which ends
 * by itself. A reader keeps what it read only if the entry has the version that it had before the source was asked.
 *
 * <p>Where deleting records of one type deletes records of another, which ones is not known: then the other type's
 * generation is marked and changed, and all of its entries count no more.
 */
final class Invalidation {

    private static final int MAX_ATTEMPTS = 4;

    /** Beyond so many entries that could not be dropped, everything is read past the cache until all have ended. */
    private static final int MAX_DIRTY = 10_000;

    private final GuardedStore store;
    private final Clock clock;
    private final Duration markLifetime;
    private final Duration longestLife;
    private final Counters counters;
    private final Consumer<String> dropped;
    private final Set<String> dirty = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Instant distrustUntil;

    /**
     * Invalidation of one cache.
     *
     * @param markLifetime after which a mark ends by itself
     * @param longestLife after which every entry has ended
     * @param dropped is told each entry that changes, before and after the write
     */
    Invalidation(
            GuardedStore store,
            Clock clock,
            Duration markLifetime,
            Duration longestLife,
            Counters counters,
            Consumer<String> dropped) {
        this.store = store;
        this.clock = clock;
        this.markLifetime = markLifetime;
        this.longestLife = longestLife;
        this.counters = counters;
        this.dropped = dropped;
    }

    /** Whether an entry may be older than a write that has returned, so that it can't be served. */
    boolean suspect(String key) {
        Instant until = distrustUntil;
        if (until != null) {
            if (clock.instant().isBefore(until)) {
                return true;
            }
            distrustUntil = null;
        }
        if (!dirty.contains(key)) {
            return false;
        }
        if (drop(null, key)) {
            dirty.remove(key);
            return false;
        }
        return true;
    }

    /** Marks entries, before the source is written. */
    void mark(UUID owner, Collection<String> keys) {
        Instant end = Instant.ofEpochMilli(clock.millis() + markLifetime.toMillis());
        byte[] mark = CacheEntry.owned(Kind.MARK, owner, end.toEpochMilli()).encode();
        List<Write> writes = keys.stream()
                .map(key -> new Write(key, mark, null, end.plusMillis(longestLife.toMillis())))
                .toList();
        if (store.commit(List.of(), writes) != Commit.DONE && writes.size() > 1) {
            writes.forEach(write -> store.commit(List.of(), List.of(write)));
        }
        // Not before: a reader could put into the process again what it has found without a mark.
        keys.forEach(dropped);
    }

    /** Takes marks and entries away, after the source was written. */
    void finish(UUID owner, Collection<String> keys) {
        counters.invalidations.add(keys.size());
        if (keys.size() == 1 || !dropTogether(owner, List.copyOf(keys))) {
            keys.stream().filter(key -> !drop(owner, key)).forEach(this::suspend);
        }
        keys.forEach(dropped);
    }

    private void suspend(String key) {
        dirty.add(key);
        if (dirty.size() > MAX_DIRTY) {
            distrustUntil = clock.instant().plus(longestLife);
            dirty.clear();
        }
    }

    private boolean dropTogether(UUID owner, List<String> keys) {
        List<@Nullable Entry> found = store.getAll(keys);
        if (found == null) {
            return false;
        }
        List<Expectation> expectations = new ArrayList<>(keys.size());
        List<Write> removals = new ArrayList<>(keys.size());
        for (Entry entry : found) {
            if (entry != null && !markOfAnother(owner, entry)) {
                expectations.add(new Expectation(entry.key(), entry.version()));
                removals.add(removal(entry.key()));
            }
        }
        return removals.isEmpty() || store.commit(expectations, removals) == Commit.DONE;
    }

    /** Removes an entry, but for the mark of another writer, who is going to do it. */
    private boolean drop(@Nullable UUID owner, String key) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            List<@Nullable Entry> found = store.getAll(List.of(key));
            if (found == null) {
                return false;
            }
            Entry entry = found.get(0);
            if (entry == null || markOfAnother(owner, entry)) {
                return true;
            }
            Commit outcome = store.commit(List.of(new Expectation(key, entry.version())), List.of(removal(key)));
            if (outcome != Commit.CONFLICT) {
                return outcome == Commit.DONE;
            }
        }
        return false;
    }

    private Write removal(String key) {
        if (!key.startsWith(EntryKeys.GENERATION)) {
            return Write.delete(key);
        }
        Instant end = Instant.ofEpochMilli(clock.millis() + longestLife.toMillis());
        byte[] next = CacheEntry.owned(Kind.GENERATION, UUID.randomUUID(), end.toEpochMilli())
                .encode();
        return new Write(key, next, null, end);
    }

    private boolean markOfAnother(@Nullable UUID owner, Entry entry) {
        CacheEntry content = CacheEntry.decode(entry.value());
        return content != null
                && content.marks(clock.millis())
                && !content.owner().equals(owner);
    }
}
