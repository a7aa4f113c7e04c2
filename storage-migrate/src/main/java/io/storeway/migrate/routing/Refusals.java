package io.storeway.migrate.routing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Partitions of which the follower has refused an item. What it lacked may come later: a parent that another instance writes at
 * the same moment, or a unique value that is given up. So they are tried again, in rounds further and further apart, a few
 * hundred rounds long. What is forgotten then, or with the process, is residue that a repair finds. Thread-safe.
 */
final class Refusals {

    private static final int LIMIT = 10_000;
    private static final int LONGEST_REST = 256;

    private record Turn(long round, int rest) {}

    private final Map<PartitionId, Turn> waiting = new HashMap<>();
    private long round;

    /** The follower has refused something of the partition. */
    synchronized void refused(PartitionId id) {
        Turn before = waiting.get(id);
        int rest = before == null ? 0 : Math.max(1, before.rest * 2);
        if (rest > LONGEST_REST) {
            waiting.remove(id);
        } else if (before != null || waiting.size() < LIMIT) {
            waiting.put(id, new Turn(round + 1 + rest, rest));
        }
    }

    /** The follower holds all of the partition. */
    synchronized void accepted(PartitionId id) {
        waiting.remove(id);
    }

    /** Begins a round, and says which partitions it tries. */
    synchronized List<PartitionId> due() {
        round++;
        return waiting.entrySet().stream()
                .filter(each -> each.getValue().round <= round)
                .map(Map.Entry::getKey)
                .toList();
    }
}
