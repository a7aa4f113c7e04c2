package io.storeway.migrate.routing;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Page;
import io.storeway.Storage;
import io.storeway.error.StorageException;
import io.storeway.spi.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Converges what is marked and removes the marks that are met. Thread-safe; any number may work at once. */
final class Repairer {

    private static final int AT_ONCE = 200;

    private final Sides sides;
    private final Refusals refusals;
    private final Converger converger;
    /** How many rounds in a row have met an outage: each begins elsewhere, so that a few partitions hold no others up. */
    private final AtomicInteger outages = new AtomicInteger();

    private volatile @Nullable StorageException failure;

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
     * @param unknown how many of these are of another release, with fields or types that this one doesn't know
     * @param outage whether a storage was out of reach, so that the rest was not tried
     */
    record Repaired(long repaired, long failed, long unknown, boolean outage) {
        static final Repaired NOTHING = new Repaired(0, 0, 0, false);

        /** What stands in the way where no mark may be left. */
        String block() {
            return failed + " marked partitions can't be repaired"
                    + (unknown == 0
                            ? ""
                            : ", " + unknown
                                    + " of them since another release has written fields that this one doesn't know;"
                                    + " have that release repair them, or give them up by repairing everything");
        }
    }

    /** A partition with the version that it has to reach and the marks that go then. */
    private record Wanted(Version version, List<Key> marks) {
        static final Wanted AGAIN = new Wanted(Version.NONE, List.of());

        Wanted and(Wanted other) {
            List<Key> both = new ArrayList<>(marks);
            both.addAll(other.marks);
            return new Wanted(version.compareTo(other.version) >= 0 ? version : other.version, both);
        }
    }

    /**
     * Converges the partitions whose marks are no younger than the instant, and stops at an outage. Marks of what this release
     * doesn't know stay.
     *
     * @throws Fence.Closed if one of the sides is fenced for a later term; the marks stay
     */
    Repaired repair(Side authority, long term, Instant since) {
        return repair(authority, term, since, sides::carries);
    }

    /** As {@link #repair}, of all marks, also those of fields that this release doesn't know: an operator gives these up. */
    Repaired repairAll(Side authority, long term) {
        return repair(authority, term, Instant.MAX, mark -> sides.has(mark.entity()));
    }

    private Repaired repair(Side authority, long term, Instant since, Predicate<Mark> goes) {
        Storage storage = sides.of(authority);
        long repaired = 0;
        long failed = 0;
        long unknown = 0;
        Outage outage = new Outage();
        failure = null;
        @Nullable String cursor = null;
        do {
            Page<Mark> page = Marks.page(storage, sides.migration(), cursor, AT_ONCE);
            Map<String, Map<Key, Wanted>> wanted = new LinkedHashMap<>();
            for (Mark mark : page.items()) {
                if (mark.since().isAfter(since)) {
                    continue;
                }
                boolean met = goes.test(mark);
                unknown += met ? 0 : 1;
                repaired += met ? 1 : 0;
                if (sides.has(mark.entity())) {
                    EntityType<?> type = sides.type(mark.entity());
                    wanted.computeIfAbsent(mark.entity(), none -> new LinkedHashMap<>())
                            .merge(
                                    Key.parse(mark.partition(), type.partitionKey()),
                                    new Wanted(mark.version(), met ? List.of(mark.key()) : List.of()),
                                    Wanted::and);
                }
            }
            for (Map.Entry<String, Map<Key, Wanted>> each : turned(wanted)) {
                EntityType<?> type = sides.type(each.getKey());
                if (!sides.inCatalog(type)) {
                    sides.prepare(List.of(type));
                }
                failed += converge(authority, term, type, each.getValue(), outage);
            }
            cursor = page.next();
        } while (cursor != null && !outage.met());
        retry(authority, term, outage);
        outages.updateAndGet(before -> outage.met() ? before + 1 : 0);
        return new Repaired(repaired - failed, failed + unknown, unknown, outage.met());
    }

    /** Tries refused items again, those of parents first. */
    private void retry(Side authority, long term, Outage outage) {
        List<PartitionId> due = refusals.due();
        if (due.isEmpty()) {
            return;
        }
        for (EntityType<?> type : sides.types()) {
            Map<Key, Wanted> wanted = new LinkedHashMap<>();
            due.stream()
                    .filter(id -> id.entity().equals(type.name()))
                    .forEach(id -> wanted.put(Key.parse(id.text(), type.partitionKey()), Wanted.AGAIN));
            if (!wanted.isEmpty()) {
                converge(authority, term, type, wanted, outage);
            }
        }
    }

    /** Converges all at once, or one by one where that fails, and says how many marks are left that should go. */
    private int converge(Side authority, long term, EntityType<?> type, Map<Key, Wanted> wanted, Outage outage) {
        List<Key> marks =
                wanted.values().stream().flatMap(each -> each.marks().stream()).toList();
        if (outage.met()) {
            return marks.size();
        }
        Map<Key, Version> versions = new LinkedHashMap<>();
        wanted.forEach((key, each) -> versions.put(key, each.version()));
        try {
            Marks.clear(sides.of(authority), marks, converger.converge(authority, term, type, versions));
            outage.passed();
            return 0;
        } catch (StorageException e) {
            outage.failed(e);
            failure = e;
            if (wanted.size() == 1) {
                return marks.size();
            }
            int left = 0;
            for (Map.Entry<Key, Wanted> each : turned(wanted)) {
                left += converge(authority, term, type, Map.of(each.getKey(), each.getValue()), outage);
            }
            return left;
        }
    }

    private <K, V> List<Map.Entry<K, V>> turned(Map<K, V> wanted) {
        List<Map.Entry<K, V>> entries = new ArrayList<>(wanted.entrySet());
        Collections.rotate(entries, -outages.get());
        return entries;
    }

    /** What the last call of a storage failed with in the last repair, if any did. */
    Optional<StorageException> failure() {
        return Optional.ofNullable(failure);
    }

    /** The marks that are left of an authority. */
    long left(Side authority) {
        return Marks.count(sides.of(authority), sides.migration());
    }

    /** Those of the partitions that have no mark. */
    List<PartitionId> unmarked(Side authority, List<PartitionId> ids) {
        List<@Nullable Mark> marks = sides.of(authority)
                .repository(Mark.TYPE)
                .findAll(ids.stream()
                        .map(id -> id.mark(sides.carried(id.entity())))
                        .toList());
        return IntStream.range(0, ids.size())
                .filter(i -> marks.get(i) == null)
                .mapToObj(ids::get)
                .toList();
    }
}
