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
import org.jspecify.annotations.Nullable;

/** A whole namespace: all entries of a store but those that are Storeway's own. */
public final class Namespace {

    private static final int PAGE = 500;

    private Namespace() {}

    /**
     * What a run has done.
     *
     * @param read entries of the source
     * @param written entries that were missing or different in the target
     * @param removed entries that only the target had
     */
    public record Mirrored(long read, long written, long removed) {}

    /**
     * Makes the target hold what the source holds: values byte for byte, with metadata and expiry. A run that was
     * interrupted is simply run again; where nothing differs, nothing is written. An entry of the target that somebody
     * writes meanwhile is looked at again. Stop the writers of the source for the last run.
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

    /** How many keys differ between the stores; every key of both is looked at. */
    public static long differences(KeyValueStore one, KeyValueStore other) {
        return pages(one, keys -> differing(keys, one, other).size())
                + pages(
                        other,
                        keys -> one.getAll(keys).stream()
                                .filter(Objects::isNull)
                                .count());
    }

    /** Writes what differs of the keys, again if somebody else was faster. */
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
                // Somebody wrote one of them since it was read: look again.
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

    @FunctionalInterface
    private interface Page {
        long of(List<String> keys);
    }

    private static long pages(KeyValueStore store, Page page) {
        long sum = 0;
        @Nullable String cursor = null;
        do {
            Listing listing = store.list("", cursor, PAGE);
            List<String> keys = listing.entries().stream()
                    .map(Entry::key)
                    .filter(key -> !key.startsWith(KeyTemplate.RESERVED_PREFIX))
                    .toList();
            sum += keys.isEmpty() ? 0 : page.of(keys);
            cursor = listing.next();
        } while (cursor != null);
        return sum;
    }
}
