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
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the cache from returning content that a write has made old.
 *
 * <p>Before a writer writes the source, it replaces each entry by a mark that names it. Readers that find a mark ask the source and
 * cache nothing. When the write has returned, the writer removes itself from the mark, and the last one deletes the entry. A writer that
 * dies stays in the mark until its time is over. A reader caches what it has read only if the entry still has the version that it had
 * before the source was asked.
 *
 * <p>Where deleting records of one type deletes records of another by cascade, it is not known which ones. Then the other type's
 * generation is marked and changed, which makes all of its entries invalid. Without a generation none of them is valid.
 */
final class Invalidation {

    private static final int MAX_ATTEMPTS = 10;

    /** Computes the next content of an entry; null to leave it as it is. */
    @FunctionalInterface
    private interface Change {
        @Nullable
        Write of(String key, @Nullable Entry entry);
    }

    private final GuardedStore store;
    private final Clock clock;
    private final Duration markLifetime;
    private final Counters counters;
    private final Consumer<String> dropped;
    private final Suspects suspects;

    /**
     * The invalidation of one cache.
     *
     * @param markLifetime how long a mark lasts if nobody removes it
     * @param longestLife how long an entry lasts at most
     * @param dropped is told each entry that changes, before and after the write
     * @param later runs work after a while, to try again what has failed
     */
    Invalidation(
            GuardedStore store,
            Clock clock,
            Duration markLifetime,
            Duration longestLife,
            Counters counters,
            Consumer<String> dropped,
            Executor later) {
        this.store = store;
        this.clock = clock;
        this.markLifetime = markLifetime;
        this.counters = counters;
        this.dropped = dropped;
        this.suspects = new Suspects(clock, longestLife, this::tell, later);
    }

    /** Whether an entry may be older than a write that has returned, so that it must not be served. */
    boolean suspect(String key) {
        return suspects.contains(key);
    }

    /** Invalidates the entries that could not be invalidated before. */
    void catchUp() {
        suspects.tell();
    }

    /** Begins a generation if there is none, because the type is new to the store or the store has lost it. */
    void begin(String generationKey) {
        store.commit(List.of(new Expectation(generationKey, 0)), List.of(generation(generationKey)));
    }

    /** Marks entries before the source is written. */
    void mark(UUID writer, Collection<String> keys) {
        place(writer, keys, clock.millis() + markLifetime.toMillis());
        // Not before the marks are there: a reader could find the entry unmarked and keep it in the process again.
        keys.forEach(dropped);
    }

    /** Leaves the marks of a write of which nobody knows whether it has taken effect, or still will. */
    void leave(UUID writer, Collection<String> keys) {
        long end = clock.millis() + markLifetime.toMillis();
        place(writer, keys, end).forEach(key -> suspects.add(key, new Suspects.Cause(writer, end)));
        keys.forEach(dropped);
    }

    /** Removes the writer from the marks, and the entries, after the source was written. */
    void finish(UUID writer, Collection<String> keys) {
        counters.invalidations.add(keys.size());
        if (keys.size() == 1 || change(keys, dropBy(writer)) != Commit.DONE) {
            keys.stream()
                    .filter(key -> change(List.of(key), dropBy(writer)) != Commit.DONE)
                    .forEach(key -> suspects.add(key, new Suspects.Cause(writer, 0)));
        }
        keys.forEach(dropped);
    }

    private boolean tell(String key, Suspects.Cause cause) {
        boolean told = clock.millis() < cause.openUntil
                ? place(cause.writer, List.of(key), cause.openUntil).isEmpty()
                : change(List.of(key), dropBy(cause.writer)) == Commit.DONE;
        if (told) {
            // Other instances may have kept the entry in their processes during the write.
            dropped.accept(key);
        }
        return told;
    }

    /** Adds the writer to the marks, and returns the keys where that failed. */
    private List<String> place(UUID writer, Collection<String> keys, long end) {
        if (keys.size() > 1 && change(keys, markBy(writer, end)) == Commit.DONE) {
            return List.of();
        }
        return keys.stream().filter(key -> !place(writer, key, end)).toList();
    }

    /** Adds the writer to a mark. If others change it all the time, replaces it by one that nobody removes and that ends by itself. */
    private boolean place(UUID writer, String key, long end) {
        Commit outcome = change(List.of(key), markBy(writer, end));
        return outcome == Commit.CONFLICT
                ? store.commit(List.of(), List.of(markBy(UUID.randomUUID(), end).of(key, null))) == Commit.DONE
                : outcome == Commit.DONE;
    }

    /** Changes entries in one commit; gives up if others change them all the time. */
    private Commit change(Collection<String> keys, Change change) {
        List<String> order = List.copyOf(keys);
        Commit outcome = Commit.CONFLICT;
        for (int attempt = 0; attempt < MAX_ATTEMPTS && outcome == Commit.CONFLICT; attempt++) {
            List<@Nullable Entry> found = store.getAll(order);
            outcome = found == null ? Commit.FAILED : change(order, found, change);
        }
        return outcome;
    }

    private Commit change(List<String> keys, List<@Nullable Entry> found, Change change) {
        List<Expectation> expectations = new ArrayList<>(keys.size());
        List<Write> writes = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            Entry entry = found.get(i);
            Write write = change.of(keys.get(i), entry);
            if (write != null) {
                expectations.add(new Expectation(keys.get(i), entry == null ? 0 : entry.version()));
                writes.add(write);
            }
        }
        return writes.isEmpty() ? Commit.DONE : store.commit(expectations, writes);
    }

    private Change markBy(UUID writer, long end) {
        return (key, entry) -> write(key, writers(entry).with(writer, end));
    }

    /** Removes the entry, or only the writer from its mark if others are in it, who will remove the entry. */
    private Change dropBy(UUID writer) {
        return (key, entry) -> {
            Mark mark = writers(entry);
            Mark others = mark.without(writer);
            if (!others.isEmpty()) {
                return mark.equals(others) ? null : write(key, others);
            }
            return entry == null ? null : key.startsWith(EntryKeys.GENERATION) ? generation(key) : Write.delete(key);
        };
    }

    private Mark writers(@Nullable Entry entry) {
        return Mark.in(entry == null ? null : CacheEntry.decode(entry.value()), clock.millis());
    }

    private static Write write(String key, Mark mark) {
        return new Write(key, mark.encode(), null, Instant.ofEpochMilli(mark.end()));
    }

    private static Write generation(String key) {
        return Write.put(
                key,
                CacheEntry.owned(Kind.GENERATION, UUID.randomUUID(), Long.MAX_VALUE)
                        .encode());
    }
}
