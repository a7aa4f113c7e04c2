package io.storeway.migrate.routing.internal.convergence;

import io.storeway.migrate.routing.internal.replication.PartitionId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Partitions of which the follower has refused an item. It may accept the item later, when a parent has come that another
 * instance writes at the same moment, or a unique value has become free. So they are tried again, after twice as many rounds each
 * time, and given up after a few hundred. The items are then still residue, which a full repair finds. Thread-safe.
 */
public final class Refusals {

    private static final int LIMIT = 10_000;
    /** In rounds. */
    private static final int LONGEST_REST = 256;

    private record Turn(long round, int rest) {}

    private final Map<PartitionId, Turn> waiting = new HashMap<>();
    private long round;

    /** Notes that the follower has refused an item of the partition. */
    synchronized void refused(PartitionId id) {
        Turn before = waiting.get(id);
        int rest = before == null ? 0 : Math.max(1, before.rest * 2);
        if (rest > LONGEST_REST) {
            waiting.remove(id);
        } else if (before != null || waiting.size() < LIMIT) {
            waiting.put(id, new Turn(round + 1 + rest, rest));
        }
    }

    /** Notes that the follower holds all of the partition. */
    synchronized void accepted(PartitionId id) {
        waiting.remove(id);
    }

    /** Begins a round and returns the partitions to try in it. */
    synchronized List<PartitionId> due() {
        round++;
        return waiting.entrySet().stream()
                .filter(each -> each.getValue().round <= round)
                .map(Map.Entry::getKey)
                .toList();
    }
}
