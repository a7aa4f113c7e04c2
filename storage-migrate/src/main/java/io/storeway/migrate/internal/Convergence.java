package io.storeway.migrate.internal;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Reference;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.spi.Fingerprinter;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.ReplicaStore.Refusal;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import io.storeway.spi.Residue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The one primitive of a migration: makes a partition of the follower equal to the authority's, as far as the follower can hold it.
 * Dual writes, backfills and repairs all use it, so none can undo another's work: the newer version wins. Thread-safe.
 *
 * <p>An item that the follower refuses becomes residue. If a row is deleted to which rows of other partitions refer, those become
 * residue of their partitions in the same unit of work, so that no cascade of the follower deletes them unseen.
 */
public final class Convergence {

    /** A reference by which rows of a child type refer to a parent type. */
    private record Incoming(EntityType<?> child, Reference reference) {}

    /** A row that is deleted. */
    private record Leaving(EntityType<?> type, Key key) {}

    /**
     * What became of a state.
     *
     * @param state as it was applied, with the residue that was made of it
     * @param outcome never REFUSED
     */
    public record Result(PartitionState state, Outcome outcome) {}

    private final Function<EntityType<?>, Set<Integer>> carried;
    private final Map<EntityType<?>, List<Incoming>> incoming = new HashMap<>();
    private final Map<EntityType<?>, Set<Integer>> carriedFields = new ConcurrentHashMap<>();

    /**
     * Prepares for the types of a migration.
     *
     * @param follower the storage that states are applied to
     * @param carried the positions of the fields that both sides keep
     */
    public Convergence(Storage follower, Function<EntityType<?>, Set<Integer>> carried) {
        this.carried = carried;
        if (!follower.capabilities().has(Capability.REFERENCES)) {
            return;
        }
        for (EntityType<?> child : follower.catalog().types()) {
            for (Reference reference : child.references()) {
                incoming.computeIfAbsent(reference.target(), parent -> new ArrayList<>())
                        .add(new Incoming(child, reference));
            }
        }
    }

    /** Applies states of a type within a unit of work of the follower. Results are in the order of the states. */
    public List<Result> apply(ReplicaUnit unit, EntityType<?> type, List<PartitionState> states) {
        return apply(unit, type, states, (child, partition) -> {});
    }

    /** As {@link #apply(ReplicaUnit, EntityType, List)}, and names the other partitions of which rows have become residue. */
    public List<Result> apply(
            ReplicaUnit unit,
            EntityType<?> type,
            List<PartitionState> states,
            BiConsumer<EntityType<?>, Key> displaced) {
        return apply(unit, type, states, new HashSet<>(), displaced);
    }

    private List<Result> apply(
            ReplicaUnit unit,
            EntityType<?> type,
            List<PartitionState> states,
            Set<Leaving> leaving,
            BiConsumer<EntityType<?>, Key> displaced) {
        displace(unit, type, states, leaving, displaced);
        List<PartitionState> asked = new ArrayList<>(states);
        Result[] results = new Result[asked.size()];
        List<Integer> open = IntStream.range(0, results.length).boxed().toList();
        while (!open.isEmpty()) {
            List<Integer> refused = new ArrayList<>();
            List<Applied> answers =
                    unit.apply(type, open.stream().map(asked::get).toList());
            for (int i = 0; i < answers.size(); i++) {
                int state = open.get(i);
                Applied answer = answers.get(i);
                if (answer.outcome() == Outcome.REFUSED) {
                    asked.set(state, withResidue(type, asked.get(state), answer.refusals()));
                    refused.add(state);
                } else {
                    results[state] = new Result(asked.get(state), answer.outcome());
                }
            }
            open = refused;
            // An item that became residue may delete the row that was there before.
            displace(unit, type, open.stream().map(asked::get).toList(), leaving, displaced);
        }
        return List.of(results);
    }

    /** Makes residue of rows that refer to rows about to be deleted, unless they are about to be deleted themselves. */
    private void displace(
            ReplicaUnit unit,
            EntityType<?> type,
            List<PartitionState> states,
            Set<Leaving> leaving,
            BiConsumer<EntityType<?>, Key> displaced) {
        List<Incoming> referring = incoming.getOrDefault(type, List.of());
        if (referring.isEmpty() || states.isEmpty()) {
            return;
        }
        List<PartitionState> present =
                unit.read(type, states.stream().map(PartitionState::key).toList());
        List<Key> parents = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            if (states.get(i).version().compareTo(present.get(i).version()) >= 0) {
                Set<Key> staying = new HashSet<>();
                states.get(i).items().forEach(item -> staying.add(item.row().key()));
                present.get(i).items().stream()
                        .map(item -> item.row().key())
                        .filter(key -> !staying.contains(key) && leaving.add(new Leaving(type, key)))
                        .forEach(parents::add);
            }
        }
        // To make residue of a row deletes it, which may displace further rows; so all partitions are read before.
        without(unit, referring, parents, leaving).forEach((child, orphaned) -> {
            apply(unit, child, orphaned, leaving, displaced);
            orphaned.forEach(state -> displaced.accept(child, state.key()));
        });
    }

    /** The partitions that have rows referring to the parents, with those rows as residue, by type. */
    private Map<EntityType<?>, List<PartitionState>> without(
            ReplicaUnit unit, List<Incoming> referring, List<Key> parents, Set<Leaving> leaving) {
        Map<EntityType<?>, Set<Key>> partitions = new LinkedHashMap<>();
        for (Incoming each : referring) {
            for (Row row : References.rows(unit, each.child(), each.reference(), parents)) {
                if (!leaving.contains(new Leaving(each.child(), row.key()))) {
                    partitions
                            .computeIfAbsent(each.child(), none -> new LinkedHashSet<>())
                            .add(row.key(each.child().partitionKey()));
                }
            }
        }
        Set<Key> gone = Set.copyOf(parents);
        Map<EntityType<?>, List<PartitionState>> without = new LinkedHashMap<>();
        partitions.forEach((child, keys) -> {
            List<Reference> references = referring.stream()
                    .filter(each -> each.child().equals(child))
                    .map(Incoming::reference)
                    .toList();
            List<PartitionState> states = new ArrayList<>();
            for (PartitionState state : unit.read(child, List.copyOf(keys))) {
                states.add(withResidue(child, state, orphans(state, child, references, gone, leaving)));
            }
            without.put(child, states);
        });
        return without;
    }

    private static List<Refusal> orphans(
            PartitionState state,
            EntityType<?> child,
            List<Reference> references,
            Set<Key> parents,
            Set<Leaving> leaving) {
        List<Refusal> orphans = new ArrayList<>();
        for (int i = 0; i < state.items().size(); i++) {
            Row row = state.items().get(i).row();
            int item = i;
            references.stream()
                    .filter(reference ->
                            refersToOne(row, reference, parents) && !leaving.contains(new Leaving(child, row.key())))
                    .findFirst()
                    .ifPresent(reference -> orphans.add(new Refusal(
                            item,
                            Residue.Kind.REFERENCE,
                            reference.name(),
                            "the record of " + reference.target().name() + " that " + reference.name()
                                    + " names is not there")));
        }
        return orphans;
    }

    private static boolean refersToOne(Row row, Reference reference, Set<Key> parents) {
        Key parent = References.parent(reference, row);
        return parent != null && parents.contains(parent);
    }

    /** The fields of a row that are kept beside its blob, in metadata or expiry, and so are not in its payload. */
    private static Residue.@Nullable Beside beside(EntityType<?> type, Row row) {
        @Nullable Object metadata = null;
        @Nullable Object expiresAt = null;
        for (Field<?, ?> field : type.fields()) {
            switch (type.keyValue().place(field.index()).source()) {
                case METADATA -> metadata = row.get(field.index());
                case EXPIRY -> expiresAt = row.get(field.index());
                default -> {}
            }
        }
        return metadata == null && expiresAt == null
                ? null
                : new Residue.Beside(metadata == null ? null : metadata.toString(), (Instant) expiresAt);
    }

    /** Whether a record keeps its key when others of its partition come and go. */
    private static boolean named(EntityType<?> type) {
        return type.position().filter(type.identity()::contains).isEmpty();
    }

    /**
     * The state with the refused items as residue.
     *
     * @throws IllegalStateException if there are no refusals
     */
    public PartitionState withResidue(EntityType<?> type, PartitionState state, List<Refusal> refusals) {
        if (refusals.isEmpty()) {
            throw new IllegalStateException("A storage refused a partition without naming an item");
        }
        Fingerprinter fingerprinter = new Fingerprinter(type, carriedFields.computeIfAbsent(type, carried));
        List<Residue> residue = new ArrayList<>(state.residue());
        Set<Integer> places = new HashSet<>();
        residue.forEach(item -> places.add(item.position()));
        Set<Integer> refused = new HashSet<>();
        for (Refusal refusal : refusals) {
            if (refused.add(refusal.item())) {
                PartitionState.Item item = state.items().get(refusal.item());
                int place = item.position();
                // Rows are numbered without the residue between them, so another item may have this place.
                while (!places.add(place)) {
                    place++;
                }
                residue.add(new Residue(
                        place,
                        refusal.kind(),
                        refusal.constraint(),
                        refusal.reason(),
                        item.payload().bytes(),
                        fingerprinter.row(item.row()),
                        beside(type, item.row()),
                        named(type) ? item.row().key().text(type.key()) : null));
            }
        }
        residue.sort(Comparator.comparingInt(Residue::position));
        List<PartitionState.Item> items = new ArrayList<>();
        for (int i = 0; i < state.items().size(); i++) {
            if (!refused.contains(i)) {
                items.add(state.items().get(i));
            }
        }
        return new PartitionState(state.key(), state.version(), items, residue);
    }
}
