package io.storeway.sql.internal.store;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Reference;
import io.storeway.Row;
import io.storeway.UniqueKey;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.spi.ReplicaStore.Refusal;
import io.storeway.spi.Residue;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.dialect.Tables;
import io.storeway.sql.internal.rows.Lookup;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the items of a batch that break a declared rule before any is written, with one query for each rule. */
final class RefusalFinder {

    private record Place(ReplicaApply.Candidate candidate, int item) {}

    /** A unique key with the existing rows that hold values which items need, and the values of items that have been accepted. */
    private record Taken(String name, List<? extends Field<?, ?>> fields, Map<Key, Row> there, Set<Key> entering) {}

    private final Session session;
    private final Tables tables;
    private final Table table;
    private final EntityType<?> type;
    private final ErrorContext context;
    private final Predicate<Row> makesWay;
    /** The refusals of items that break a rule about a single row. */
    private final Map<Place, Refusal> broken = new LinkedHashMap<>();

    /** With the rule that says which existing rows give up unique values. */
    RefusalFinder(Session session, Tables tables, Table table, String backend, Predicate<Row> makesWay) {
        this.makesWay = makesWay;
        this.session = session;
        this.tables = tables;
        this.table = table;
        this.type = table.type();
        this.context = new ErrorContext("apply", backend, type.name(), null);
    }

    /**
     * The refused items by state. Items are judged in their order, and a refused item takes no unique value from later ones. An item has
     * one refusal, for the first rule that it breaks: references come before unique keys, because who holds a unique value depends on
     * the other items of the batch. If an item is refused, its whole state isn't applied, so its old rows stay and may clash with other
     * items; therefore the judgement is repeated until nothing changes.
     */
    Map<ReplicaApply.Candidate, List<Refusal>> find(List<ReplicaApply.Candidate> candidates) throws SQLException {
        List<Place> places = new ArrayList<>();
        for (ReplicaApply.Candidate candidate : candidates) {
            for (int i = 0; i < candidate.rows.size(); i++) {
                places.add(new Place(candidate, i));
            }
        }
        places.forEach(this::alone);
        List<Taken> keys = new ArrayList<>(); // The primary key first.
        keys.add(new Taken(type.sql().primaryKey(), type.key(), Map.of(), new HashSet<>()));
        for (UniqueKey unique : type.uniqueKeys()) {
            keys.add(new Taken(unique.name(), unique.fields(), holders(places, unique), new HashSet<>()));
        }
        Map<Reference, Set<Key>> parents = new LinkedHashMap<>();
        for (Reference reference : type.references()) {
            parents.put(reference, parents(places, reference));
        }
        Set<Place> out = new HashSet<>(broken.keySet());
        Map<Place, Refusal> refused;
        do {
            refused = judge(places, candidates, keys, parents, out);
        } while (out.addAll(refused.keySet()));
        Map<ReplicaApply.Candidate, List<Refusal>> byState = new LinkedHashMap<>();
        refused.forEach((place, refusal) -> byState.computeIfAbsent(place.candidate, key -> new ArrayList<>())
                .add(refusal));
        return byState;
    }

    private static Row row(Place place) {
        return place.candidate.rows.get(place.item);
    }

    /** Judges an item by the rules about a single row. */
    private void alone(Place place) {
        Row row = row(place);
        try {
            type.check(row, context);
        } catch (ConstraintViolationException e) {
            broken.put(place, ReplicaApply.refusal(place.item, e));
            return;
        }
        Table.Objection objection = table.objection(row);
        if (objection != null) {
            String reason = objection.field().name() + ": " + objection.reason();
            broken.put(place, new Refusal(place.item, Residue.Kind.INVALID, null, reason));
        }
    }

    /** The values of the fields in all items that break no rule about a single row; items with a missing value are left out. */
    private Set<Key> wanted(List<Place> places, List<? extends Field<?, ?>> fields) {
        Set<Key> wanted = new HashSet<>();
        for (Place place : places) {
            Key values = broken.containsKey(place) ? null : Table.keyOf(row(place), fields);
            if (values != null) {
                wanted.add(values);
            }
        }
        return wanted;
    }

    /** The existing rows that hold unique values which items need. */
    private Map<Key, Row> holders(List<Place> places, UniqueKey unique) throws SQLException {
        Map<Key, Row> holders = new HashMap<>();
        for (Row there : Lookup.rows(session, table, unique.fields(), wanted(places, unique.fields()))) {
            if (!makesWay.test(there)) {
                holders.put(there.key(unique.fields()), there);
            }
        }
        return holders;
    }

    /** The keys of the existing records that items refer to. */
    private Set<Key> parents(List<Place> places, Reference reference) throws SQLException {
        EntityType<?> target = reference.target();
        return Lookup.keys(session, tables.of(target), target.key(), wanted(places, reference.fields()));
    }

    /** Judges every item, assuming that some are refused. */
    private Map<Place, Refusal> judge(
            List<Place> places,
            List<ReplicaApply.Candidate> candidates,
            List<Taken> keys,
            Map<Reference, Set<Key>> parents,
            Set<Place> out) {
        Set<ReplicaApply.Candidate> waiting = new HashSet<>();
        out.forEach(place -> waiting.add(place.candidate));
        Set<Key> leaving = new HashSet<>();
        for (ReplicaApply.Candidate candidate : candidates) {
            if (candidate.present != null && !waiting.contains(candidate)) {
                candidate.present.forEach(row -> leaving.add(row.key()));
            }
        }
        Set<Key> entering = new HashSet<>();
        if (!table.ownReferences().isEmpty()) {
            places.stream()
                    .filter(place -> !out.contains(place))
                    .forEach(place -> entering.add(row(place).key()));
        }
        keys.forEach(key -> key.entering.clear());
        Map<Place, Refusal> refused = new LinkedHashMap<>(broken);
        for (Place place : places) {
            if (broken.containsKey(place)) {
                continue;
            }
            Refusal refusal = repeated(place, keys.subList(0, 1), leaving);
            if (refusal == null) {
                refusal = dangling(place, parents, entering);
            }
            if (refusal == null) {
                refusal = repeated(place, keys.subList(1, keys.size()), leaving);
            }
            if (refusal == null) {
                for (Taken key : keys) {
                    Key values = Table.keyOf(row(place), key.fields);
                    if (values != null) {
                        key.entering.add(values);
                    }
                }
            } else {
                refused.put(place, refusal);
            }
        }
        return refused;
    }

    /** The refusal of an item whose unique values an earlier item has, or a row of another partition that stays. */
    private @Nullable Refusal repeated(Place place, List<Taken> keys, Set<Key> leaving) {
        for (Taken key : keys) {
            Key values = Table.keyOf(row(place), key.fields);
            if (values == null) {
                continue;
            }
            Row there = key.there.get(values);
            boolean stays = there != null
                    && !leaving.contains(there.key())
                    && !there.key(type.partitionKey()).equals(place.candidate.state.key());
            if (stays || key.entering.contains(values)) {
                String reason = (stays ? "a row" : "another item") + " has the same values of " + key.name;
                return new Refusal(place.item, Residue.Kind.UNIQUE, key.name, reason);
            }
        }
        return null;
    }

    /** The refusal of an item that refers to a record that neither exists nor comes with the batch. */
    private @Nullable Refusal dangling(Place place, Map<Reference, Set<Key>> parents, Set<Key> entering) {
        for (Map.Entry<Reference, Set<Key>> each : parents.entrySet()) {
            Reference reference = each.getKey();
            Key parent = Table.keyOf(row(place), reference.fields());
            boolean own = reference.target() == type;
            if (parent != null && !each.getValue().contains(parent) && !(own && entering.contains(parent))) {
                return new Refusal(
                        place.item,
                        Residue.Kind.REFERENCE,
                        reference.name(),
                        "the record of " + reference.target().name() + " that " + reference.name()
                                + " names is not there");
            }
        }
        return null;
    }
}
