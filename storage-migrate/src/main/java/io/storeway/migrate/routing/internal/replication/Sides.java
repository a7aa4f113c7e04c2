package io.storeway.migrate.routing.internal.replication;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.internal.CarriedFields;
import io.storeway.migrate.internal.Convergence;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Version;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The two storages of a migration, and what follows from the pair: its types, the fields that both keep. Thread-safe. */
public final class Sides {

    /** Types of Storeway's own that an application's units of work write, such as ids of operations; no catalog has them. */
    private static final Map<String, EntityType<?>> OWN =
            Catalog.internal().types().stream().collect(Collectors.toMap(EntityType::name, type -> type));

    /** Types of Storeway's own that both sides need. */
    private static final List<EntityType<?>> CONTROL_TYPES = List.of(Mark.TYPE, Fence.TYPE, Role.TYPE);

    private final Storage old;
    private final Storage fresh;
    private final String migration;
    private final Clock clock;
    private final Map<String, EntityType<?>> types = new HashMap<>();
    private final Map<String, Carried> carried = new ConcurrentHashMap<>();
    private final Set<EntityType<?>> referredTo = new HashSet<>();
    private final Map<Side, Convergence> convergences = new ConcurrentHashMap<>();

    public Sides(Storage old, Storage fresh, String migration, Clock clock) {
        this.clock = clock;
        this.old = old;
        this.fresh = fresh;
        this.migration = migration;
        for (EntityType<?> type : old.catalog().types()) {
            types.put(type.name(), type);
            type.references().forEach(reference -> referredTo.add(reference.target()));
        }
    }

    /** Makes sides ready to decide and to follow. */
    public void prepare(Set<Side> present) {
        present.forEach(side -> of(side).replica().prepare(CONTROL_TYPES));
        present.forEach(side -> Fence.raise(of(side), migration, 1));
    }

    /** Admits a side that could not be reached when this process began to take part; fails while it still can't be. */
    public void admit() {
        for (Storage storage : List.of(old, fresh)) {
            if (storage instanceof AwaitedStorage awaited) {
                awaited.admit();
            }
        }
    }

    /** The side that has yet to be admitted, if there is one. */
    public Optional<Side> awaited() {
        return Stream.of(Side.values())
                .filter(side -> of(side) instanceof AwaitedStorage awaited && !awaited.admitted())
                .findFirst();
    }

    /** Makes both sides ready for types of Storeway's own; one that has yet to be admitted is, when the first such record follows. */
    public void prepare(Collection<? extends EntityType<?>> types) {
        reached().forEach(side -> of(side).replica().prepare(types));
    }

    /** Whether both sides are ready for types of Storeway's own, as far as they have been reached. Writes nothing. */
    public boolean ready(Collection<? extends EntityType<?>> types) {
        boolean ready = true;
        for (Side side : reached()) {
            // Both are asked, because a storage serves types from the time on that it found them ready.
            ready &= of(side).replica().ready(types);
        }
        return ready;
    }

    /** The sides without one that has yet to be admitted. */
    public Set<Side> reached() {
        return awaited().map(away -> EnumSet.of(away.other())).orElseGet(() -> EnumSet.allOf(Side.class));
    }

    /**
     * Checks that a side takes part in the migration. Writes nothing.
     *
     * @throws MigrationException if it has never taken part
     */
    public void requireBegun(Side side) {
        Storage storage = of(side);
        if (!storage.replica().ready(CONTROL_TYPES)
                || storage.repository(Fence.TYPE).find(migration).isEmpty()) {
            throw new MigrationException("The " + side.label() + " storage ("
                    + storage.name() + ") has never taken part in the migration " + migration
                    + "; name the two that the application runs with");
        }
    }

    public Storage of(Side side) {
        return side == Side.OLD ? old : fresh;
    }

    /** What makes partitions of a side equal to the other one's. */
    public Convergence into(Side side) {
        return convergences.computeIfAbsent(side, into -> new Convergence(of(into), this::carried));
    }

    public String migration() {
        return migration;
    }

    /** The instant by which expiry is judged. */
    public Instant now() {
        return clock.instant();
    }

    public List<EntityType<?>> types() {
        return old.catalog().types();
    }

    /**
     * The type of that name: one of the catalog, or one of Storeway's own.
     *
     * @throws IllegalArgumentException if there is none
     */
    public EntityType<?> type(String name) {
        EntityType<?> type = types.getOrDefault(name, OWN.get(name));
        if (type == null) {
            throw new IllegalArgumentException("A mark names the entity type " + name
                    + ", which the catalog lacks; open the storage with the catalog that the migration was begun with");
        }
        return type;
    }

    /** The fields that both sides keep. */
    public Set<Integer> carried(EntityType<?> type) {
        return CarriedFields.of(type, old, fresh);
    }

    /**
     * The fields of the type of that name that both sides keep, by name. Of a side that has yet to be admitted nobody knows what it
     * keeps, so the other one decides, from then on too: marks are found again by these names.
     *
     * @throws IllegalArgumentException if the catalog has no such type
     */
    public Carried carried(String entity) {
        return carried.computeIfAbsent(entity, name -> {
            EntityType<?> type = type(name);
            return Carried.of(
                    type,
                    awaited()
                            .map(away -> of(away.other()).replica().carried(type))
                            .orElseGet(() -> carried(type)));
        });
    }

    /** The fields of a type of the catalog that both sides keep, each behind the name of the type and a dot. */
    public List<String> fields(EntityType<?> type) {
        return carried(type.name()).fields().stream()
                .map(field -> type.name() + "." + field)
                .toList();
    }

    /** Whether this release knows a type of that name. */
    public boolean has(String entity) {
        return types.containsKey(entity) || OWN.containsKey(entity);
    }

    public boolean inCatalog(EntityType<?> type) {
        return types.get(type.name()) == type;
    }

    /** Whether this release knows the type and all fields that a mark speaks of. */
    public boolean carries(Mark mark) {
        return has(mark.entity()) && carried(mark.entity()).covers(mark.fields());
    }

    /**
     * The states without expired rows: nobody could see them on the follower, but there they might take the unique value of a live
     * row. Rows that others refer to stay until they are purged, as those others do.
     */
    public List<PartitionState> live(EntityType<?> type, List<PartitionState> states) {
        if (referredTo.contains(type)) {
            return states;
        }
        LiveRows live = LiveRows.of(type, now());
        return states.stream().map(live::of).toList();
    }

    /** What several writes have changed, as after the last of them; parents before those that refer to them. */
    public List<Touched.Batch> latest(List<List<Touched.Batch>> writes) {
        Map<EntityType<?>, Map<Key, PartitionState>> latest = new LinkedHashMap<>();
        types().forEach(type -> latest.put(type, new LinkedHashMap<>()));
        for (List<Touched.Batch> batches : writes) {
            for (Touched.Batch batch : batches) {
                Map<Key, PartitionState> states = latest.computeIfAbsent(batch.type(), none -> new LinkedHashMap<>());
                batch.states().forEach(state -> states.merge(state.key(), state, Sides::later));
            }
        }
        latest.values().removeIf(Map::isEmpty);
        List<Touched.Batch> batches = new ArrayList<>();
        latest.forEach((type, states) -> batches.add(new Touched.Batch(type, List.copyOf(states.values()))));
        return batches;
    }

    private static PartitionState later(PartitionState one, PartitionState other) {
        return one.version().compareTo(other.version()) > 0 ? one : other;
    }

    /** The state; one of an earlier term with the first version of this term. */
    public static PartitionState stamped(PartitionState state, long term) {
        return state.version().epoch() >= term
                ? state
                : new PartitionState(state.key(), new Version(term, 0), state.items(), state.residue());
    }

    /**
     * Whether the follower's partition is to be removed because the authority has nothing of it any more. Without a version of a
     * migration on either side, the partition is somebody else's and stays.
     */
    public static boolean gone(PartitionState authority, Version following) {
        return authority.isEmpty() && (authority.version().epoch() > 0 || following.epoch() > 0);
    }
}
