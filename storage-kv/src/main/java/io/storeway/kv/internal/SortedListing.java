package io.storeway.kv.internal;

import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Listing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A part of a listing, made from entries that come in the order of their keys. The cursor is the last key before. */
public final class SortedListing {

    private final String prefix;
    private final @Nullable String cursor;
    private final int limit;
    private final List<Entry> found = new ArrayList<>();
    private @Nullable String next;

    /** Starts with nothing; the parameters are those of {@link io.storeway.spi.KeyValueStore#list}. */
    public SortedListing(String prefix, @Nullable String cursor, int limit) {
        this.prefix = prefix;
        this.cursor = cursor;
        this.limit = limit;
    }

    /** Whether no key can begin with the prefix. */
    public boolean impossible() {
        return Keys.malformed(prefix);
    }

    /** The least key that may be wanted. */
    public String from() {
        return cursor == null ? prefix : cursor;
    }

    /** Takes the next entry, if it is wanted; false once none that follows is. */
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

    /** What was taken. */
    public Listing result() {
        return new Listing(found, next);
    }
}
