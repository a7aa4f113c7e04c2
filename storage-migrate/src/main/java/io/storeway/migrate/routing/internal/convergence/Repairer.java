package io.storeway.migrate.routing.internal.convergence;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Page;
import io.storeway.error.StorageException;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.migrate.routing.internal.replication.Mark;
import io.storeway.migrate.routing.internal.replication.Marks;
import io.storeway.migrate.routing.internal.replication.PartitionId;
import io.storeway.migrate.routing.internal.replication.Sides;
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

/** Makes marked partitions equal, then removes their marks. Thread-safe; any number may work at once. */
public final class Repairer {

    private static final int AT_ONCE = 200;

    private final Sides sides;
    private final Refusals refusals;
    private final Converger converger;
    /**
     * How many rounds in a row have ended at an outage. Each begins one partition further on, so that a few partitions that always
     * fail don't keep the others from being tried.
     */
    private final AtomicInteger outages = new AtomicInteger();

    private volatile @Nullable StorageException failure;

    /** With the partitions of which the follower has refused items, which are tried again too. */
    public Repairer(Sides sides, Refusals refusals) {
        this.sides = sides;
        this.refusals = refusals;
        this.converger = new Converger(sides, refusals);
    }

    /**
     * What a repair has done.
     *
     * @param repaired how many marks are gone
     * @param failed how many marks stay
     * @param unknown how many of those that stay are of another release, with fields or types that this one doesn't know
     * @param outage whether a storage was out of reach, so that the rest was not tried
     */
    public record Repaired(long repaired, long failed, long unknown, boolean outage) {
        public static final Repaired NOTHING = new Repaired(0, 0, 0, false);

        /** Why the migration can't go on where no mark may be left. */
        public String block() {
            return failed + " marked partitions can't be repaired"
                    + (unknown == 0
                            ? ""
                            : ", " + unknown
                                    + " of them since another release has written fields that this one doesn't know;"
                                    + " have that release repair them, or give them up by repairing everything");
        }
    }

    /** The version that a partition has to reach, and the marks to remove then. */
    private record Wanted(Version version, List<Key> marks) {
        /** For a partition without a mark. */
        static final Wanted UNMARKED = new Wanted(Version.NONE, List.of());

        Wanted and(Wanted other) {
            List<Key> both = new ArrayList<>(marks);
            both.addAll(other.marks);
            return new Wanted(version.compareTo(other.version) >= 0 ? version : other.version, both);
        }
    }

    /**
     * Makes the partitions equal that are marked. Stops at an outage. Marks for fields or types that this release doesn't know stay.
     *
     * @throws Fence.Closed if one of the sides is fenced for a later term; the marks stay
     */
    public Repaired repair(Side authority, long term) {
        return repair(authority, term, mark -> true, sides::carries);
    }

    /**
     * As {@link #repair(Side, long)}, for partitions that were marked at an instant or before; also for those marked after a later instant
     * that no clock can have reached, unless it was set back since.
     */
    public Repaired repair(Side authority, long term, Instant until, Instant unreached) {
        return repair(
                authority,
                term,
                mark -> !mark.since().isAfter(until) || mark.since().isAfter(unreached),
                sides::carries);
    }

    /** As {@link #repair(Side, long)}, and removes marks for fields that this release doesn't know too: an operator gives those up. */
    Repaired repairAll(Side authority, long term) {
        return repair(authority, term, mark -> true, mark -> sides.has(mark.entity()));
    }

    private Repaired repair(Side authority, long term, Predicate<Mark> due, Predicate<Mark> removable) {
        Round round = new Round(authority, term);
        failure = null;
        @Nullable String cursor = null;
        do {
            Page<Mark> page = Marks.page(sides.of(authority), sides.migration(), cursor, AT_ONCE);
            round.repair(page.items().stream().filter(due).toList(), removable);
            cursor = page.next();
        } while (cursor != null && !round.outage.lasts());
        round.retry();
        outages.updateAndGet(before -> round.outage.lasts() ? before + 1 : 0);
        return new Repaired(round.removed, round.left + round.unknown, round.unknown, round.outage.lasts());
    }

    /** One walk through the marks. Not thread-safe. */
    private final class Round {
        private final Side authority;
        private final long term;
        private final Outage outage = new Outage();
        private long removed;
        private long left;
        private long unknown;

        Round(Side authority, long term) {
            this.authority = authority;
            this.term = term;
        }

        /** Makes the partitions of marks equal; also those whose marks are not removable, as far as this release knows them. */
        void repair(List<Mark> marks, Predicate<Mark> removable) {
            Map<String, Map<Key, Wanted>> wanted = new LinkedHashMap<>();
            for (Mark mark : marks) {
                boolean goes = removable.test(mark);
                unknown += goes ? 0 : 1;
                if (sides.has(mark.entity())) {
                    EntityType<?> type = sides.type(mark.entity());
                    wanted.computeIfAbsent(mark.entity(), none -> new LinkedHashMap<>())
                            .merge(
                                    Key.parse(mark.partition(), type.partitionKey()),
                                    new Wanted(mark.version(), goes ? List.of(mark.key()) : List.of()),
                                    Wanted::and);
                }
            }
            for (Map.Entry<String, Map<Key, Wanted>> each : rotated(wanted)) {
                EntityType<?> type = sides.type(each.getKey());
                if (!sides.inCatalog(type)) {
                    sides.prepare(List.of(type));
                }
                converge(type, each.getValue());
            }
        }

        /** Tries partitions with refused items again, parents first. */
        void retry() {
            List<PartitionId> due = refusals.due();
            if (due.isEmpty()) {
                return;
            }
            for (EntityType<?> type : sides.types()) {
                Map<Key, Wanted> wanted = new LinkedHashMap<>();
                due.stream()
                        .filter(id -> id.entity().equals(type.name()))
                        .forEach(id -> wanted.put(Key.parse(id.text(), type.partitionKey()), Wanted.UNMARKED));
                if (!wanted.isEmpty()) {
                    converge(type, wanted);
                }
            }
        }

        /** Makes partitions equal, all at once or one by one if that fails, and removes their marks. */
        private void converge(EntityType<?> type, Map<Key, Wanted> wanted) {
            List<Key> marks = wanted.values().stream()
                    .flatMap(each -> each.marks().stream())
                    .toList();
            if (outage.lasts()) {
                left += marks.size();
                return;
            }
            Map<Key, Version> versions = new LinkedHashMap<>();
            wanted.forEach((key, each) -> versions.put(key, each.version()));
            try {
                Marks.clear(sides.of(authority), marks, converger.converge(authority, term, type, versions));
                outage.succeeded();
                removed += marks.size();
            } catch (StorageException e) {
                outage.failed(e);
                failure = e;
                if (wanted.size() == 1) {
                    left += marks.size();
                } else {
                    rotated(wanted).forEach(each -> converge(type, Map.of(each.getKey(), each.getValue())));
                }
            }
        }
    }

    /** The entries, beginning with another one after each outage. */
    private <K, V> List<Map.Entry<K, V>> rotated(Map<K, V> wanted) {
        List<Map.Entry<K, V>> entries = new ArrayList<>(wanted.entrySet());
        Collections.rotate(entries, -outages.get());
        return entries;
    }

    /** The last failure of a storage in the last repair, if there was one. */
    public Optional<StorageException> failure() {
        return Optional.ofNullable(failure);
    }

    /** How many marks an authority holds. */
    public long left(Side authority) {
        return Marks.count(sides.of(authority), sides.migration());
    }

    /** Those of the partitions that have no mark. */
    public List<PartitionId> unmarked(Side authority, List<PartitionId> ids) {
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
