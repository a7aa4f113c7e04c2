package io.storeway.migrate.routing.internal.writes;

import io.storeway.migrate.routing.internal.replication.PartitionId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that this instance has written and that the follower may not have yet. They are read from the authority, so that
 * an instance sees its own writes. Thread-safe.
 *
 * <p>Holds about as many partitions as its limit. All beyond it share one entry; while that entry is there, every partition counts
 * as one that this instance has written.
 */
public final class Pending {

    /** Stands for the partitions beyond the limit; no entity type has an empty name. */
    static final PartitionId OTHERS = new PartitionId("", "");

    private record Entry(int running, boolean behind, long writes) {}

    private final int limit;
    private final ConcurrentHashMap<PartitionId, Entry> entries = new ConcurrentHashMap<>();

    public Pending(int limit) {
        this.limit = limit;
    }

    /**
     * Notes that a write of the partitions is about to be committed.
     *
     * @return what to hand to {@link #end} when the write is over
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

    /** Notes that a write is over, and whether the follower has it. */
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

    /** The partitions that wait for a repair, maybe {@link #OTHERS} among them, each with the number of its writes so far. */
    Map<PartitionId, Long> behind() {
        Map<PartitionId, Long> found = new HashMap<>();
        entries.forEach((id, entry) -> {
            if (entry.behind && entry.running == 0) {
                found.put(id, entry.writes);
            }
        });
        return found;
    }

    /** Whether the follower has missed a write, be it of a partition that is written right now. */
    public boolean lacking() {
        return entries.values().stream().anyMatch(Entry::behind);
    }

    /** Notes that the follower has caught up with a partition, unless there have been writes beyond that number. */
    void repaired(PartitionId id, long writes) {
        entries.computeIfPresent(id, (key, known) -> known.writes == writes && known.running == 0 ? null : known);
    }

    public boolean has(PartitionId id) {
        return entries.containsKey(id) || entries.containsKey(OTHERS);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public int size() {
        return entries.size();
    }
}
