package io.storeway.examples.kvapi;

import io.storeway.error.VersionConflictException;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Copies and compares whole namespaces: all entries of a store except those that are Storeway's own. */
public final class Namespace {

    private static final int PAGE = 500;

    private Namespace() {}

    /**
     * What a copy has done.
     *
     * @param read how many entries the source has
     * @param written how many entries were missing or different in the target
     * @param removed how many entries only the target had
     */
    public record Mirrored(long read, long written, long removed) {}

    /**
     * Makes the target equal to the source: values byte for byte, metadata and expiry. Writes nothing where nothing differs,
     * so a copy that was interrupted is simply started again. An entry of the target that somebody writes meanwhile is
     * compared again. For the last copy, stop the writers of the source.
     */
    public static Mirrored mirror(KeyValueStore source, KeyValueStore target) {
        long[] read = {0};
        long written = pages(source, keys -> {
            read[0] += keys.size();
            return converge(keys, source, target);
        });
        long removed = pages(target, keys -> {
            List<@Nullable Entry> wanted = source.getAll(keys);
            List<String> extra = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                if (wanted.get(i) == null) {
                    extra.add(keys.get(i));
                }
            }
            return extra.isEmpty() ? 0 : converge(extra, source, target);
        });
        return new Mirrored(read[0], written, removed);
    }

    /** How many keys differ between the stores. Compares every key of both. */
    public static long differences(KeyValueStore one, KeyValueStore other) {
        return pages(one, keys -> differing(keys, one, other).size())
                + pages(
                        other,
                        keys -> one.getAll(keys).stream()
                                .filter(Objects::isNull)
                                .count());
    }

    /** Makes the keys equal in the target, and returns how many differed. Starts over if somebody else writes one of them. */
    private static long converge(List<String> keys, KeyValueStore source, KeyValueStore target) {
        while (true) {
            List<String> differing = differing(keys, source, target);
            List<Expectation> expectations = new ArrayList<>();
            List<Write> writes = new ArrayList<>();
            List<@Nullable Entry> wanted = source.getAll(differing);
            List<@Nullable Entry> there = target.getAll(differing);
            for (int i = 0; i < differing.size(); i++) {
                Entry from = wanted.get(i);
                Entry old = there.get(i);
                String key = differing.get(i);
                expectations.add(new Expectation(key, old == null ? 0 : old.version()));
                writes.add(
                        from == null
                                ? Write.delete(key)
                                : new Write(key, from.value(), from.metadata(), from.expiresAt()));
            }
            try {
                target.commit(expectations, writes);
                return writes.size();
            } catch (VersionConflictException e) {
                // Somebody wrote one of them since it was read: compare again.
            }
        }
    }

    private static List<String> differing(List<String> keys, KeyValueStore one, KeyValueStore other) {
        List<@Nullable Entry> left = one.getAll(keys);
        List<@Nullable Entry> right = other.getAll(keys);
        List<String> differing = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (!same(left.get(i), right.get(i))) {
                differing.add(keys.get(i));
            }
        }
        return differing;
    }

    private static boolean same(@Nullable Entry one, @Nullable Entry other) {
        if (one == null || other == null) {
            return one == null && other == null;
        }
        return Arrays.equals(one.value(), other.value())
                && Objects.equals(one.metadata(), other.metadata())
                && Objects.equals(one.expiresAt(), other.expiresAt());
    }

    /** Walks through all keys of a store page by page, and returns the sum of what the function returns for each page. */
    private static long pages(KeyValueStore store, ToLongFunction<List<String>> page) {
        long sum = 0;
        @Nullable String cursor = null;
        do {
            Listing listing = store.list("", cursor, PAGE);
            List<String> keys = listing.entries().stream()
                    .map(Entry::key)
                    .filter(key -> !key.startsWith(KeyTemplate.RESERVED_PREFIX))
                    .toList();
            sum += keys.isEmpty() ? 0 : page.applyAsLong(keys);
            cursor = listing.next();
        } while (cursor != null);
        return sum;
    }
}
