package io.storeway.migrate.routing;

import io.storeway.EntityType;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The fields of a type that a release of the application carries from side to side. Another release may carry others, and then
 * can't repair what this one has written.
 *
 * @param id tells it from that of another release
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
