package io.storeway.migrate.routing.internal.reads;

import io.storeway.EntityType;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.replication.Sides;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Of which types the new side has all fields that this release knows. A release may declare a field or a type that the old side holds
 * already and that no backfill has copied; who reads such a record from the new side and writes it again would lose it.
 *
 * @param epoch that of the record from which this follows
 * @param missing the fields that were not copied, each behind the name of its type and a dot
 * @param types the names of the types without such a field
 */
record Copied(long epoch, List<String> missing, Set<String> types) {

    static Copied of(StageRecord record, Sides sides) {
        Set<String> copied = Set.copyOf(record.copied());
        List<String> missing = new ArrayList<>();
        Set<String> types = new HashSet<>();
        for (EntityType<?> type : sides.types()) {
            List<String> lacking = sides.fields(type).stream()
                    .filter(field -> !copied.contains(field))
                    .toList();
            missing.addAll(lacking);
            if (lacking.isEmpty()) {
                types.add(type.name());
            }
        }
        return new Copied(record.epoch(), List.copyOf(missing), Set.copyOf(types));
    }
}
