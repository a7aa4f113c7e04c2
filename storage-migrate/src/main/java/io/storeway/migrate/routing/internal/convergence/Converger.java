package io.storeway.migrate.routing.internal.convergence;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.migrate.internal.Convergence;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.migrate.routing.internal.replication.PartitionId;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.replication.Touched;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Makes partitions of the follower equal to the authority's. Every unit of work is fenced by the term. Thread-safe. */
public final class Converger {

    /** The follower refuses an item, and the unit changes nothing. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused() {
            super("The storage that follows refuses an item", null, false, false);
        }
    }

    private final Sides sides;
    private final Refusals refusals;

    /** With the place where partitions are noted of which the follower refuses an item. */
    public Converger(Sides sides, Refusals refusals) {
        this.sides = sides;
        this.refusals = refusals;
    }

    /**
     * Applies states to the follower in one unit.
     *
     * @return the versions that the follower reached; a partition of which it already has a newer version is left out
     * @throws Fence.Closed if the follower is fenced for a later term
     */
    public Map<PartitionId, Version> follow(Side follower, long term, List<Touched.Batch> batches) {
        return follow(follower, term, batches, refused -> {});
    }

    /**
     * As {@link #follow}, but applies nothing if the follower refuses any item.
     *
     * @throws Refused if it does
     */
    public Map<PartitionId, Version> followWhole(Side follower, long term, List<Touched.Batch> batches) {
        return follow(follower, term, batches, refused -> {
            if (!refused.isEmpty()) {
                throw new Refused();
            }
        });
    }

    private Map<PartitionId, Version> follow(
            Side follower, long term, List<Touched.Batch> batches, Consumer<Set<PartitionId>> check) {
        Set<PartitionId> refused = new HashSet<>();
        Map<PartitionId, Version> all = sides.of(follower).replica().transact(unit -> {
            refused.clear();
            batches.forEach(batch -> unit.expect(
                    batch.type(),
                    batch.states().stream().map(PartitionState::key).toList()));
            Fence.pass(unit, sides.migration(), term);
            Map<PartitionId, Version> reached = new HashMap<>();
            for (Touched.Batch batch : emptiedFirst(batches)) {
                List<Convergence.Result> results = sides.into(follower)
                        .apply(
                                unit,
                                batch.type(),
                                sides.live(batch.type(), batch.states()),
                                (child, partition) -> refused.add(PartitionId.of(child, partition)));
                for (int i = 0; i < results.size(); i++) {
                    PartitionState state = results.get(i).state();
                    if (results.get(i).outcome() != Outcome.STALE) {
                        PartitionId id = PartitionId.of(batch.type(), state.key());
                        reached.put(id, state.version());
                        if (state.residue().size()
                                > batch.states().get(i).residue().size()) {
                            refused.add(id);
                        } else {
                            refused.remove(id);
                        }
                    }
                }
            }
            check.accept(refused);
            return reached;
        });
        all.keySet().stream().filter(id -> !refused.contains(id)).forEach(refusals::accepted);
        refused.forEach(refusals::refused);
        return all;
    }

    /**
     * Puts partitions that become empty first, children before the parents that they refer to, and the others after them, parents
     * first. Otherwise a child would lose its parent in between and become residue, for which a key-value storage with enforced
     * constraints has no place.
     */
    private static List<Touched.Batch> emptiedFirst(List<Touched.Batch> batches) {
        List<Touched.Batch> ordered = new ArrayList<>();
        for (Touched.Batch batch : batches) {
            add(ordered, 0, batch, PartitionState::isEmpty);
        }
        for (Touched.Batch batch : batches) {
            add(ordered, ordered.size(), batch, state -> !state.isEmpty());
        }
        return ordered;
    }

    private static void add(
            List<Touched.Batch> ordered, int place, Touched.Batch batch, Predicate<PartitionState> chosen) {
        List<PartitionState> states = batch.states().stream().filter(chosen).toList();
        if (!states.isEmpty()) {
            ordered.add(place, new Touched.Batch(batch.type(), states));
        }
    }

    /**
     * Reads partitions from the authority and applies them to the follower.
     *
     * @param wanted the partitions, each with the version that it has to reach at least
     * @return the versions that the follower reached
     * @throws Fence.Closed if one of the sides is fenced for a later term
     */
    public Map<PartitionId, Version> converge(Side authority, long term, EntityType<?> type, Map<Key, Version> wanted) {
        List<Key> keys = List.copyOf(wanted.keySet());
        Map<PartitionId, Version> reached = new HashMap<>(
                follow(authority.other(), term, List.of(new Touched.Batch(type, read(authority, term, type, keys)))));
        List<Key> behind = new ArrayList<>();
        wanted.forEach((key, version) -> {
            Version met = reached.get(PartitionId.of(type, key));
            if (met == null || met.compareTo(version) < 0) {
                behind.add(key);
            }
        });
        if (!behind.isEmpty()) {
            // The follower has something that seems newer, which was written past the router or in an earlier term.
            // The authority's content gets a version above it.
            List<PartitionState> decided = sides.of(authority).replica().transact(unit -> {
                Fence.pass(unit, sides.migration(), term);
                return unit.advance(type, behind, term);
            });
            reached.putAll(follow(authority.other(), term, List.of(new Touched.Batch(type, decided))));
        }
        return reached;
    }

    /**
     * Reads states; those of an earlier term get the first version of this one. The fence is raised before, since a write that was
     * committed in an earlier term afterwards would seem older than what was read before it, and its mark would be removed.
     */
    private List<PartitionState> read(Side authority, long term, EntityType<?> type, List<Key> keys) {
        Storage storage = sides.of(authority);
        Fence.raise(storage, sides.migration(), term);
        List<PartitionState> states = storage.replica().transact(unit -> {
            unit.expect(type, keys);
            Fence.pass(unit, sides.migration(), term);
            return unit.read(type, keys);
        });
        return states.stream().map(state -> Sides.stamped(state, term)).toList();
    }
}
