package io.storeway.migrate.routing.internal.replication;

import io.storeway.Key;
import io.storeway.error.StorageException;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.spi.Version;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Removes, many at a time and off the call path, the marks of partitions that the follower has reached. Beyond a limit marks are
 * left to a repair, which finds the partitions equal and removes them. Thread-safe.
 */
public final class MarkCleaner {

    private static final int AT_ONCE = 500;
    private static final int LIMIT = 100 * AT_ONCE;

    private final Sides sides;
    private final Executor executor;
    private final Map<Side, Map<PartitionId, Version>> waiting = new EnumMap<>(Side.class);
    private boolean asked;

    /** With an executor that removes marks as soon as enough have come together. */
    public MarkCleaner(Sides sides, Executor executor) {
        this.sides = sides;
        this.executor = executor;
    }

    /** Notes that the follower of this authority has reached these versions, so that marks up to them may go. */
    public void add(Side authority, Map<PartitionId, Version> reached) {
        boolean enough;
        synchronized (waiting) {
            Map<PartitionId, Version> known = waiting.computeIfAbsent(authority, none -> new HashMap<>());
            if (known.size() < LIMIT) {
                reached.forEach((id, version) -> known.merge(id, version, MarkCleaner::later));
            }
            enough = known.size() >= AT_ONCE && !asked;
            asked |= enough;
        }
        if (enough) {
            execute();
        }
    }

    /** Has the executor remove the marks that wait, so that a storage which is slow to do so doesn't hold up the caller. */
    public void begin() {
        boolean some;
        synchronized (waiting) {
            some = !waiting.isEmpty() && !asked;
            asked |= some;
        }
        if (some) {
            execute();
        }
    }

    private void execute() {
        try {
            executor.execute(this::flush);
        } catch (RejectedExecutionException closing) {
            // Whoever closes the executor flushes what is left.
            return;
        }
    }

    private static Version later(Version one, Version other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** Removes the marks that wait. Those that can't be removed now are left to a repair. */
    public void flush() {
        Map<Side, Map<PartitionId, Version>> taken;
        synchronized (waiting) {
            taken = new EnumMap<>(Side.class);
            taken.putAll(waiting);
            waiting.clear();
            asked = false;
        }
        taken.forEach((side, reached) -> {
            try {
                Map<PartitionId, Version> part = new HashMap<>();
                for (Map.Entry<PartitionId, Version> each : reached.entrySet()) {
                    part.put(each.getKey(), each.getValue());
                    if (part.size() == AT_ONCE) {
                        clear(side, part);
                        part.clear();
                    }
                }
                clear(side, part);
            } catch (StorageException e) {
                // A mark that stays costs no more than a repair that finds both sides equal.
                return;
            }
        });
    }

    private void clear(Side side, Map<PartitionId, Version> reached) {
        List<Key> keys = reached.keySet().stream()
                .map(id -> id.mark(sides.carried(id.entity())))
                .toList();
        Marks.clear(sides.of(side), keys, reached);
    }
}
