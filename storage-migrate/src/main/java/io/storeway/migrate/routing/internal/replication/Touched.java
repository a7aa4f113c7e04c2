package io.storeway.migrate.routing.internal.replication;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.OnDelete;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.migrate.internal.References;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The partitions that one unit of work of the authority changes, by itself or by cascades. Not thread-safe. */
public final class Touched {

    /** States of one type on their way to the follower. */
    public record Batch(EntityType<?> type, List<PartitionState> states) {}

    /** Records of a type that are deleted. */
    private record Leaving(EntityType<?> type, List<Key> keys) {}

    private final Storage authority;
    private final Map<EntityType<?>, Set<Key>> partitions = new LinkedHashMap<>();
    /** Those to which the work itself gives a version, as a migration into this storage does. */
    private final Map<EntityType<?>, Set<Key>> versioned = new LinkedHashMap<>();

    public Touched(Storage authority) {
        this.authority = authority;
    }

    /** Makes the unit read ahead, in one go, what it needs to give partitions a version and, if they are marked, a mark. */
    public static void expect(ReplicaUnit unit, EntityType<?> type, Collection<Key> keys, boolean marked) {
        unit.expect(type, List.copyOf(keys));
        if (marked) {
            unit.expect(
                    Mark.TYPE,
                    keys.stream().map(key -> PartitionId.of(type, key).marks()).toList());
        }
    }

    /** As {@link #expect(ReplicaUnit, EntityType, Collection, boolean)}, for all partitions touched so far. */
    public void expect(ReplicaUnit unit) {
        partitions.forEach((type, keys) -> expect(unit, type, keys, true));
    }

    public void rows(EntityType<?> type, Collection<Row> rows) {
        rows.forEach(row -> partition(type, row.key(type.partitionKey())));
    }

    public void partition(EntityType<?> type, Key partition) {
        partitions.computeIfAbsent(type, none -> new LinkedHashSet<>()).add(partition);
    }

    public void versioned(EntityType<?> type, Key partition) {
        partition(type, partition);
        versioned.computeIfAbsent(type, none -> new LinkedHashSet<>()).add(partition);
    }

    /** Notes records that are about to be deleted, and those that the authority deletes with them because they refer to them. */
    public void leaving(UnitOfWork unit, EntityType<?> type, Collection<Key> keys) {
        Deque<Leaving> open = new ArrayDeque<>();
        open.add(new Leaving(type, List.copyOf(keys)));
        // A record may refer to itself, or to one that refers to it.
        Map<EntityType<?>, Set<Key>> seen = new HashMap<>();
        while (!open.isEmpty()) {
            Leaving each = open.remove();
            Set<Key> known = seen.computeIfAbsent(each.type(), none -> new HashSet<>());
            List<Key> unknown = each.keys().stream().filter(known::add).toList();
            unknown.forEach(key -> partition(each.type(), each.type().partitionOf(key)));
            if (authority.capabilities().has(Capability.REFERENCES)) {
                takenAlong(unit, each.type(), unknown).forEach(open::add);
            }
        }
    }

    private Stream<Leaving> takenAlong(UnitOfWork unit, EntityType<?> type, List<Key> parents) {
        return authority.catalog().types().stream()
                .flatMap(child -> child.references().stream()
                        .filter(reference -> reference.target() == type && reference.onDelete() == OnDelete.CASCADE)
                        .map(reference -> References.rows(unit, child, reference, parents))
                        .filter(rows -> !rows.isEmpty())
                        .map(rows ->
                                new Leaving(child, rows.stream().map(Row::key).toList())));
    }

    /** Gives every touched partition its next version, and returns the states, parents before their children. */
    public List<Batch> advance(ReplicaUnit unit, long term) {
        List<Batch> batches = new ArrayList<>();
        parentsFirst().forEach(type -> {
            Set<Key> keys = partitions.getOrDefault(type, Set.of());
            Set<Key> done = versioned.getOrDefault(type, Set.of());
            List<Key> next = keys.stream().filter(key -> !done.contains(key)).toList();
            List<PartitionState> states = new ArrayList<>();
            if (!next.isEmpty()) {
                states.addAll(unit.advance(type, next, term));
            }
            if (!done.isEmpty()) {
                states.addAll(unit.read(type, List.copyOf(done)));
            }
            batches.add(new Batch(type, states));
        });
        return batches;
    }

    /** The types of the catalog in its order, then Storeway's own, which refer to nothing. */
    private Collection<EntityType<?>> parentsFirst() {
        Set<EntityType<?>> ordered = new LinkedHashSet<>(authority.catalog().types());
        ordered.retainAll(partitions.keySet());
        ordered.addAll(partitions.keySet());
        return ordered;
    }

    /** The partitions, as marks name them. */
    public static List<PartitionId> ids(List<Batch> batches) {
        List<PartitionId> ids = new ArrayList<>();
        batches.forEach(batch -> batch.states().forEach(state -> ids.add(PartitionId.of(batch.type(), state.key()))));
        return ids;
    }
}
