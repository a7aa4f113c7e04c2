package io.storeway.kv.internal;

import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Listing;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a store with a prefix, page after page. How large values are is only known when some have been read, so pages are small
 * at first, and grow as long as one stays below some megabytes. Not thread-safe.
 */
public final class EntryPages implements Iterator<List<Entry>> {

    private static final int FIRST = 4;
    private static final int GROWTH = 4;
    private static final int MOST = 500;
    private static final long BYTES = 4L << 20;

    private final KeyValueStore store;
    private final String prefix;
    private @Nullable String cursor;
    private boolean ended;
    private int size = FIRST;

    /** Begins behind a cursor of the store, or at the beginning if it is null. */
    public EntryPages(KeyValueStore store, String prefix, @Nullable String cursor) {
        this.store = store;
        this.prefix = prefix;
        this.cursor = cursor;
    }

    /** All pages, from the beginning. */
    public static Iterable<List<Entry>> of(KeyValueStore store, String prefix) {
        return () -> new EntryPages(store, prefix, null);
    }

    /** Whether the store may have another page, which may be empty. */
    @Override
    public boolean hasNext() {
        return !ended;
    }

    @Override
    public List<Entry> next() {
        return next(MOST);
    }

    /** The next page, with so many entries at most. */
    public List<Entry> next(int most) {
        if (ended) {
            throw new NoSuchElementException();
        }
        Listing listing = store.list(prefix, cursor, Math.min(size, most));
        cursor = listing.next();
        ended = cursor == null;
        List<Entry> entries = listing.entries();
        if (!entries.isEmpty()) {
            long bytes =
                    entries.stream().mapToLong(entry -> entry.value().length).sum();
            long fitting = BYTES / Math.max(1, bytes / entries.size());
            size = (int) Math.max(1, Math.min(fitting, Math.min(MOST, size * GROWTH)));
        }
        return entries;
    }

    /** The cursor of the next page; null if there is none. */
    public @Nullable String cursor() {
        return cursor;
    }
}
