package io.storeway.testkit;

import io.storeway.error.ErrorContext;
import io.storeway.error.VersionConflictException;
import io.storeway.spi.KeyValueStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The smallest store that the tools can be tried on: the kit knows none of the real ones. Keys in UTF-16 order. */
public final class TreeStore implements KeyValueStore {

    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private long version;

    /** An empty store. */
    public TreeStore() {}

    @Override
    public String name() {
        return "tree";
    }

    @Override
    public int maxKeyBytes() {
        return 1_024;
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
    public synchronized @Nullable Entry get(String key) {
        return entries.get(key);
    }

    @Override
    public synchronized List<@Nullable Entry> getAll(List<String> keys) {
        List<@Nullable Entry> found = new ArrayList<>();
        keys.forEach(key -> found.add(entries.get(key)));
        return found;
    }

    @Override
    public synchronized void commit(List<Expectation> expectations, List<Write> writes) {
        for (Expectation expected : expectations) {
            Entry entry = entries.get(expected.key());
            if ((entry == null ? 0 : entry.version()) != expected.version()) {
                throw new VersionConflictException("Another version", ErrorContext.of("commit"), null);
            }
        }
        version++;
        for (Write write : writes) {
            byte[] value = write.value();
            if (value == null) {
                entries.remove(write.key());
            } else {
                entries.put(write.key(), new Entry(write.key(), value, write.metadata(), write.expiresAt(), version));
            }
        }
    }

    @Override
    public synchronized Listing list(String prefix, @Nullable String cursor, int limit) {
        List<Entry> found = entries.values().stream()
                .filter(entry -> entry.key().startsWith(prefix)
                        && (cursor == null || entry.key().compareTo(cursor) > 0))
                .limit(limit)
                .toList();
        return new Listing(
                found, found.size() < limit ? null : found.get(limit - 1).key());
    }

    @Override
    public synchronized long purge(Instant now) {
        int before = entries.size();
        entries.values().removeIf(entry -> entry.expiresAt() != null && !now.isBefore(entry.expiresAt()));
        return (long) before - entries.size();
    }

    @Override
    public void close() {}
}
