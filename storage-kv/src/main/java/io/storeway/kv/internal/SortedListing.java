package io.storeway.kv.internal;

import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Listing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a page of a listing from entries in the order of their keys. The cursor is the last key of the page before. */
public final class SortedListing {

    private final String prefix;
    private final @Nullable String cursor;
    private final int limit;
    private final List<Entry> found = new ArrayList<>();
    private @Nullable String next;

    /** Begins an empty page; the parameters are those of {@link io.storeway.spi.KeyValueStore#list}. */
    public SortedListing(String prefix, @Nullable String cursor, int limit) {
        this.prefix = prefix;
        this.cursor = cursor;
        this.limit = limit;
    }

    /** Whether no key can begin with the prefix. */
    public boolean impossible() {
        return Keys.malformed(prefix);
    }

    /** The smallest key that may belong to the page. */
    public String from() {
        return cursor == null ? prefix : cursor;
    }

    /** Takes the next entry if it belongs to the page. Returns false if no further entry can. */
    public boolean take(String key, Supplier<Entry> entry) {
        if (key.equals(cursor)) {
            return true;
        }
        if (!key.startsWith(prefix)) {
            return false;
        }
        if (found.size() == limit) {
            next = found.get(limit - 1).key();
            return false;
        }
        found.add(entry.get());
        return true;
    }

    /** The page. */
    public Listing result() {
        return new Listing(found, next);
    }
}
