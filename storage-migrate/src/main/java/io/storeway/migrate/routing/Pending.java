package io.storeway.migrate.routing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that this instance has written and that the follower may not have yet; they are read from the authority, so
 * that an instance sees its own writes. Thread-safe.
 *
 * <p>Holds about as many partitions as its limit. Those beyond it share one entry, and while that is there, every partition
 * counts as written.
 */
final class Pending {

    /** Stands for the partitions beyond the limit; no entity type has an empty name. */
    static final PartitionId OTHERS = new PartitionId("", "");

    private record Entry(int running, boolean behind, long writes) {}

    private final int limit;
    private final ConcurrentHashMap<PartitionId, Entry> entries = new ConcurrentHashMap<>();

    Pending(int limit) {
        this.limit = limit;
    }

    /**
     * A write of the partitions is about to be committed.
     *
     * @return what the write has to be ended with
     */
    List<PartitionId> begin(Collection<PartitionId> ids) {
        List<PartitionId> begun = new ArrayList<>(ids.size());
        for (PartitionId id : ids) {
            PartitionId place = entries.size() < limit || entries.containsKey(id) ? id : OTHERS;
            entries.merge(
                    place,
                    new Entry(1, false, 1),
                    (known, added) -> new Entry(known.running + 1, known.behind, known.writes + 1));
            begun.add(place);
        }
        return begun;
    }

    /** A write is over; the follower has it, or not. */
    void end(Collection<PartitionId> begun, boolean followed) {
        for (PartitionId id : begun) {
            entries.computeIfPresent(
                    id, (key, known) -> settled(new Entry(known.running - 1, known.behind || !followed, known.writes)));
        }
    }

    private static @Nullable Entry settled(Entry entry) {
        boolean kept = entry.running > 0 || entry.behind;
        return kept ? entry : null;
    }

    /** The partitions that wait for a repair, {@link #OTHERS} among them, each with a number that tells later writes apart. */
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

    boolean has(PartitionId id) {
        return entries.containsKey(id) || entries.containsKey(OTHERS);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }
}
