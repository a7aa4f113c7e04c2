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
 * Keeps the cache from answering with what a write has made old.
 *
 * <p>A writer puts a mark over each entry before it writes the source; readers go past a marked entry and keep nothing.
 * When the write has returned the writer takes itself out of the mark, and the last one takes the entry away. A writer that
 * dies stays in the mark until its time is over. A reader keeps what it read only if the entry has the version that it had before the source was asked.
 *
 * <p>Where deleting records of one type deletes records of another, which ones is not known: then the other type's
 * generation is marked and changed, and all of its entries are no longer valid. Without a generation none of them counts.
 */
final class Invalidation {

    private static final int MAX_ATTEMPTS = 10;

    /** What becomes of an entry; null if it stays. */
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
     * Invalidation of one cache.
     *
     * @param markLifetime after which a mark ends by itself
     * @param longestLife after which every entry has ended
     * @param dropped is told each entry that changes, before and after the write
     * @param later tells the store again after a while
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

    /** Whether an entry may be older than a write that has returned, so that it can't be served. */
    boolean suspect(String key) {
        return suspects.contains(key);
    }

    /** Tells the store what it could not be told before. */
    void catchUp() {
        suspects.tell();
    }

    /** Begins a generation where there is none: the type is new to the store, or the store has lost it. */
    void begin(String generationKey) {
        store.commit(List.of(new Expectation(generationKey, 0)), List.of(generation(generationKey)));
    }

    /** Marks entries, before the source is written. */
    void mark(UUID writer, Collection<String> keys) {
        place(writer, keys, clock.millis() + markLifetime.toMillis());
        // Not before: a reader could put into the process again what it has found without a mark.
        keys.forEach(dropped);
    }

    /** Leaves marks behind a write that took effect, or is going to, or never will: nobody knows. */
    void leave(UUID writer, Collection<String> keys) {
        long end = clock.millis() + markLifetime.toMillis();
        place(writer, keys, end).forEach(key -> suspects.add(key, new Suspects.Cause(writer, end)));
        keys.forEach(dropped);
    }

    /** Takes the writer out of the marks, and the entries away, after the source was written. */
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
            // Others may have taken the entry into their processes since the write.
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

    /** Where others write all the time, their marks give way to one that nobody takes away and that ends by itself. */
    private boolean place(UUID writer, String key, long end) {
        Commit outcome = change(List.of(key), markBy(writer, end));
        return outcome == Commit.CONFLICT
                ? store.commit(List.of(), List.of(markBy(UUID.randomUUID(), end).of(key, null))) == Commit.DONE
                : outcome == Commit.DONE;
    }

    /** Changes entries together, unless they change all the time. */
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

    /** Leaves the marks of other writers, who are going to take the entry away. */
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
