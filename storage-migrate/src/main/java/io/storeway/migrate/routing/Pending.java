package io.storeway.migrate.routing;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that this instance has written and that the follower may not have yet; they are read from the authority, so
 * that an instance sees its own writes. Thread-safe. Beyond its limit it says yes to every partition until it is cleared.
 */
final class Pending {

    private static final int LIMIT = 100_000;

    private record Entry(int running, boolean behind, long writes) {}

    private final ConcurrentHashMap<PartitionId, Entry> entries = new ConcurrentHashMap<>();
    private volatile boolean overflown;

    /** A write of the partitions is about to be committed. */
    void begin(Collection<PartitionId> ids) {
        if (entries.size() > LIMIT) {
            overflown = true;
        }
        for (PartitionId id : ids) {
            entries.merge(
                    id,
                    new Entry(1, false, 1),
                    (known, added) -> new Entry(known.running + 1, known.behind, known.writes + 1));
        }
    }

    /** A write is over; the follower has it, or not. */
    void end(Collection<PartitionId> ids, boolean followed) {
        for (PartitionId id : ids) {
            entries.computeIfPresent(
                    id, (key, known) -> settled(new Entry(known.running - 1, known.behind || !followed, known.writes)));
        }
    }

    private static @Nullable Entry settled(Entry entry) {
        boolean kept = entry.running > 0 || entry.behind;
        return kept ? entry : null;
    }

    /** The partitions that wait for a repair, each with a number that tells later writes apart. */
    Map<PartitionId, Long> behind() {
        Map<PartitionId, Long> found = new HashMap<>();
        entries.forEach((id, entry) -> {
            if (entry.behind && entry.running == 0) {
                found.put(id, entry.writes);
            }
        });
        return found;
    }

    /** The follower has caught up with a partition, as far as the write of that number. */
    void repaired(PartitionId id, long writes) {
        entries.computeIfPresent(id, (key, known) -> known.writes == writes && known.running == 0 ? null : known);
    }

    /** No mark is left anywhere. */
    void clearOverflow() {
        overflown = false;
    }

    boolean has(PartitionId id) {
        return overflown || entries.containsKey(id);
    }

    boolean isEmpty() {
        return !overflown && entries.isEmpty();
    }
}
