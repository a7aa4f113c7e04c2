package io.storeway.migrate.routing;

import io.storeway.error.StorageException;
import io.storeway.spi.Version;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Marks that have been met and wait to be removed together, off the call path. Thread-safe. */
final class Clears {

    private static final int AT_ONCE = 500;

    private final Sides sides;
    private final Map<Side, Map<PartitionId, Version>> waiting = new EnumMap<>(Side.class);

    Clears(Sides sides) {
        this.sides = sides;
    }

    /** The follower of this authority has reached the versions. */
    void add(Side authority, Map<PartitionId, Version> reached) {
        boolean many;
        synchronized (waiting) {
            Map<PartitionId, Version> known = waiting.computeIfAbsent(authority, none -> new HashMap<>());
            reached.forEach((id, version) -> known.merge(id, version, Clears::later));
            many = known.size() >= AT_ONCE;
        }
        if (many) {
            flush();
        }
    }

    private static Version later(Version one, Version other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** Removes them. What can't be removed now stays for a repair, which finds nothing to do. */
    void flush() {
        Map<Side, Map<PartitionId, Version>> taken;
        synchronized (waiting) {
            taken = new EnumMap<>(Side.class);
            taken.putAll(waiting);
            waiting.clear();
        }
        taken.forEach((side, reached) -> {
            try {
                Marks.clear(sides.of(side), reached);
            } catch (StorageException e) {
                // A mark too many costs a repair that finds nothing to do.
                return;
            }
        });
    }
}
