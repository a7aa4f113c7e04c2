package io.storeway.migrate.routing.internal.replication;

import io.storeway.EntityType;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The fields of a type that this release of the application keeps on both sides. A release that doesn't know all of them can't
 * repair a partition that this one has written.
 *
 * @param id the same for every release with the same fields
 * @param fields their names
 */
record Carried(int id, List<String> fields) {

    static Carried of(EntityType<?> type, Set<Integer> positions) {
        List<String> fields = positions.stream()
                .map(position -> type.fields().get(position).name())
                .sorted()
                .toList();
        return new Carried(fields.hashCode(), fields);
    }

    boolean covers(Collection<String> others) {
        return fields.containsAll(others);
    }
}
