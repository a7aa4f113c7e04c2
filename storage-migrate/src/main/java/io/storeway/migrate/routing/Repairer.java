package io.storeway.migrate.routing;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Page;
import io.storeway.Storage;
import io.storeway.error.StorageException;
import io.storeway.spi.Version;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Converges what is marked and removes the marks that are met. Thread-safe; any number may work at once. */
final class Repairer {

    private static final int AT_ONCE = 200;

    private final Sides sides;
    private final Refusals refusals;
    private final Converger converger;

    /** Repairs what is marked, and tries again what the follower has refused. */
    Repairer(Sides sides, Refusals refusals) {
        this.sides = sides;
        this.refusals = refusals;
        this.converger = new Converger(sides, refusals);
    }

    /**
     * What a repair has come to.
     *
     * @param repaired how many marks are met
     * @param failed how many could not be, and stay
     * @param outage whether a storage was out of reach, so that the rest was not tried
     */
    record Repaired(long repaired, long failed, boolean outage) {
        static final Repaired NOTHING = new Repaired(0, 0, false);
    }

    /**
     * Converges the partitions whose marks are no younger than the instant, and stops at an outage.
     *
     * @throws Fence.Closed if one of the sides is fenced for a later term; the marks stay
     */
    Repaired repair(Side authority, long term, Instant since) {
        Storage storage = sides.of(authority);
        long repaired = 0;
        long failed = 0;
        Outage outage = new Outage();
        @Nullable String cursor = null;
        do {
            Page<Mark> page = Marks.page(storage, sides.migration(), cursor, AT_ONCE);
            Map<String, Map<Key, Version>> wanted = new LinkedHashMap<>();
            for (Mark mark : page.items()) {
                if (!mark.since().isAfter(since)) {
                    EntityType<?> type = sides.type(mark.entity());
                    wanted.computeIfAbsent(mark.entity(), none -> new LinkedHashMap<>())
                            .put(Key.parse(mark.partition(), type.partitionKey()), mark.version());
                }
            }
            for (Map.Entry<String, Map<Key, Version>> each : wanted.entrySet()) {
                int left = converge(authority, term, sides.type(each.getKey()), each.getValue(), outage);
                failed += left;
                repaired += each.getValue().size() - left;
            }
            cursor = page.next();
        } while (cursor != null && !outage.met());
        retry(authority, term, outage);
        return new Repaired(repaired, failed, outage.met());
    }

    /** Tries refused items again, those of parents first. */
    private void retry(Side authority, long term, Outage outage) {
        List<PartitionId> due = refusals.due();
        if (due.isEmpty()) {
            return;
        }
        for (EntityType<?> type : sides.types()) {
            Map<Key, Version> wanted = new LinkedHashMap<>();
            due.stream()
                    .filter(id -> id.entity().equals(type.name()))
                    .forEach(id -> wanted.put(Key.parse(id.text(), type.partitionKey()), Version.NONE));
            if (!wanted.isEmpty()) {
                converge(authority, term, type, wanted, outage);
            }
        }
    }

    /** Converges all at once, or one by one where that fails, and says how many are left. */
    private int converge(Side authority, long term, EntityType<?> type, Map<Key, Version> wanted, Outage outage) {
        if (outage.met()) {
            return wanted.size();
        }
        try {
            Marks.clear(sides.of(authority), converger.converge(authority, term, type, wanted));
            outage.passed();
            return 0;
        } catch (StorageException e) {
            outage.failed(e);
            if (wanted.size() == 1) {
                return 1;
            }
            int left = 0;
            for (Map.Entry<Key, Version> each : wanted.entrySet()) {
                left += converge(authority, term, type, Map.of(each.getKey(), each.getValue()), outage);
            }
            return left;
        }
    }

    /** The marks that are left of an authority. */
    long left(Side authority) {
        return Marks.count(sides.of(authority), sides.migration());
    }

    /** Those of the partitions that have no mark. */
    List<PartitionId> unmarked(Side authority, List<PartitionId> ids) {
        List<@Nullable Mark> marks = sides.of(authority)
                .repository(Mark.TYPE)
                .findAll(ids.stream().map(PartitionId::markKey).toList());
        return IntStream.range(0, ids.size())
                .filter(i -> marks.get(i) == null)
                .mapToObj(ids::get)
                .toList();
    }
}
