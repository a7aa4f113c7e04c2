package io.storeway.sql;

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
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the items of a batch that break a declared rule before any is written, with one query for each rule. */
final class RefusalFinder {

    private record Place(ReplicaApply.Candidate candidate, int item) {}

    private record Clash(Place place, UniqueKey unique, Row there) {}

    private final Session session;
    private final Tables tables;
    private final Table table;
    private final EntityType<?> type;
    private final ErrorContext context;
    private final Map<Place, Refusal> refused = new LinkedHashMap<>();

    RefusalFinder(Session session, Tables tables, Table table, String backend) {
        this.session = session;
        this.tables = tables;
        this.table = table;
        this.type = table.type();
        this.context = new ErrorContext("apply", backend, type.name(), null);
    }

    /** The refused items by state; an item has one refusal, the first of the rules that it breaks. */
    Map<ReplicaApply.Candidate, List<Refusal>> find(List<ReplicaApply.Candidate> candidates) throws SQLException {
        List<Place> places = new ArrayList<>();
        for (ReplicaApply.Candidate candidate : candidates) {
            for (int i = 0; i < candidate.rows.size(); i++) {
                places.add(new Place(candidate, i));
            }
        }
        places.forEach(this::alone);
        repeated(places, type.key(), type.sql().primaryKey());
        List<Clash> clashes = new ArrayList<>();
        for (UniqueKey unique : type.uniqueKeys()) {
            repeated(places, unique.fields(), unique.name());
            clashes.addAll(clashes(places, unique));
        }
        for (Reference reference : type.references()) {
            dangling(places, reference);
        }
        settle(candidates, clashes);
        Map<ReplicaApply.Candidate, List<Refusal>> byState = new LinkedHashMap<>();
        refused.forEach((place, refusal) -> byState.computeIfAbsent(place.candidate, key -> new ArrayList<>())
                .add(refusal));
        return byState;
    }

    private static Row row(Place place) {
        return place.candidate.rows.get(place.item);
    }

    private void refuse(Place place, Residue.Kind kind, @Nullable String constraint, String reason) {
        refused.putIfAbsent(place, new Refusal(place.item, kind, constraint, reason));
    }

    /** The rules that concern one row. */
    private void alone(Place place) {
        Row row = row(place);
        try {
            type.check(row, context);
        } catch (ConstraintViolationException e) {
            refused.put(place, ReplicaApply.refusal(place.item, e));
            return;
        }
        Table.Objection objection = table.objection(row);
        if (objection != null) {
            refuse(place, Residue.Kind.INVALID, null, objection.field().name() + ": " + objection.reason());
        }
    }

    private @Nullable Key valuesOf(Place place, List<? extends Field<?, ?>> fields) {
        return refused.containsKey(place) ? null : Table.keyOf(row(place), fields);
    }

    /** Of items that agree in the fields the first stays. */
    private void repeated(List<Place> places, List<? extends Field<?, ?>> fields, String constraint) {
        Set<Key> seen = new HashSet<>();
        for (Place place : places) {
            Key values = valuesOf(place, fields);
            if (values != null && !seen.add(values)) {
                refuse(place, Residue.Kind.UNIQUE, constraint, "another item has the same values of " + constraint);
            }
        }
    }

    /** Items whose unique values a row has. */
    private List<Clash> clashes(List<Place> places, UniqueKey unique) throws SQLException {
        Map<Key, Place> wanted = new HashMap<>();
        for (Place place : places) {
            Key values = valuesOf(place, unique.fields());
            if (values != null) {
                wanted.put(values, place);
            }
        }
        List<Clash> clashes = new ArrayList<>();
        for (Row there : Lookup.rows(session, table, unique.fields(), wanted.keySet())) {
            Place place = wanted.get(there.key(unique.fields()));
            if (place != null) {
                clashes.add(new Clash(place, unique, there));
            }
        }
        return clashes;
    }

    /** Refuses items that refer to a record which is not there, nor enters with the batch. */
    private void dangling(List<Place> places, Reference reference) throws SQLException {
        Map<Place, Key> wanted = new LinkedHashMap<>();
        for (Place place : places) {
            Key values = valuesOf(place, reference.fields());
            if (values != null) {
                wanted.put(place, values);
            }
        }
        EntityType<?> target = reference.target();
        Set<Key> there = Lookup.keys(session, tables.of(target), target.key(), new HashSet<>(wanted.values()));
        int before;
        do {
            before = refused.size();
            Set<Key> entering = new HashSet<>();
            if (target == type) {
                places.stream()
                        .filter(place -> !refused.containsKey(place))
                        .forEach(place -> entering.add(row(place).key()));
            }
            wanted.forEach((place, parent) -> {
                if (!there.contains(parent) && !entering.contains(parent)) {
                    refuse(
                            place,
                            Residue.Kind.REFERENCE,
                            reference.name(),
                            "the record of " + target.name() + " that " + reference.name() + " names is not there");
                }
            });
        } while (target == type && refused.size() > before);
    }

    /**
     * Refuses what clashes once the states that stay out are known. Refusing an item takes its whole state away, so that
     * its old rows stay and clash with others; hence the repetition.
     */
    private void settle(List<ReplicaApply.Candidate> candidates, List<Clash> clashes) {
        int before;
        do {
            before = refused.size();
            Set<ReplicaApply.Candidate> out = new HashSet<>();
            refused.keySet().forEach(place -> out.add(place.candidate));
            Set<Key> leaving = new HashSet<>();
            for (ReplicaApply.Candidate candidate : candidates) {
                if (candidate.present != null && !out.contains(candidate)) {
                    candidate.present.forEach(row -> leaving.add(row.key()));
                }
            }
            for (Clash clash : clashes) {
                if (!leaving.contains(clash.there.key())) {
                    String name = clash.unique.name();
                    refuse(clash.place, Residue.Kind.UNIQUE, name, "a row has the same values of " + name);
                }
            }
        } while (refused.size() > before);
    }
}
