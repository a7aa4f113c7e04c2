package io.storeway.testkit.laws;

import io.storeway.Capability;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All laws of key-value stores, and what they have in common. */
final class KeyValueLaws {

    /** The needs of a law that read-only stores keep, too: its entries come with the fixture. */
    static final Set<Capability> NOTHING = Set.of();

    static final Set<Capability> WRITES = Set.of(Capability.WRITES);

    /** Commits on a condition. */
    static final Set<Capability> CONDITIONS = Set.of(Capability.WRITES, Capability.CONDITIONAL_WRITES);

    /** Commits of several keys. */
    static final Set<Capability> UNITS =
            Set.of(Capability.WRITES, Capability.CONDITIONAL_WRITES, Capability.UNITS_OF_WORK);

    /** Reads that see what was written. */
    static final Set<Capability> CONSISTENT = Set.of(Capability.WRITES, Capability.CONSISTENT_READS);

    private static final int MAX_PAGES = 10_000;

    private KeyValueLaws() {}

    static List<Law> all() {
        List<Law> laws = new ArrayList<>();
        laws.add(Law.ofStores("K08-map", "a store behaves as a sorted map", WRITES, StoreModelLaw::run));
        laws.addAll(StoreKeyLaws.all());
        laws.addAll(StoreValueLaws.all());
        laws.addAll(StoreListLaws.all());
        laws.addAll(StoreCommitLaws.all());
        laws.addAll(StoreManyLaws.all());
        laws.addAll(StoreClientLaws.all());
        laws.addAll(StoreLifecycleLaws.all());
        return laws;
    }

    /** A put whose value is its key. */
    static Write put(String key) {
        return put(key, key);
    }

    static Write put(String key, String value) {
        return Write.put(key, bytes(value));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(@Nullable Entry entry) {
        return entry == null ? "absent" : new String(entry.value(), StandardCharsets.UTF_8);
    }

    /** Commits each write separately. */
    static void each(KeyValueStore store, List<Write> writes) {
        writes.forEach(write -> store.commit(List.of(), List.of(write)));
    }

    static long version(KeyValueStore store, String key) {
        return version(store.get(key));
    }

    /** The version of an entry, 0 of one that is absent. */
    static long version(@Nullable Entry entry) {
        return entry == null ? 0 : entry.version();
    }

    /** All keys below the prefix, read in parts of the size. */
    static List<String> keys(KeyValueStore store, String prefix, int limit) {
        return keysBehind(store, prefix, null, limit);
    }

    static List<String> keysBehind(KeyValueStore store, String prefix, @Nullable String cursor, int limit) {
        List<String> keys = new ArrayList<>();
        @Nullable String next = cursor;
        for (int page = 0; page < MAX_PAGES; page++) {
            Listing listing = store.list(prefix, next, limit);
            if (listing.entries().size() > limit) {
                throw new AssertionError("a listing has %d entries although its limit is %d"
                        .formatted(listing.entries().size(), limit));
            }
            listing.entries().forEach(entry -> keys.add(entry.key()));
            next = listing.next();
            if (next == null) {
                return keys;
            }
        }
        throw new AssertionError("The listing does not end");
    }
}
