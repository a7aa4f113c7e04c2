package io.storeway.sql.internal.d1;

import io.storeway.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of a statement.
 *
 * @param rows the rows, each with its columns in their order
 * @param changes how many rows it changed
 */
record Result(List<Map<String, Json>> rows, int changes) {

    /** The results of so many statements; empty if the answer has another form. */
    static Optional<List<Result>> of(Json answer, int statements) {
        if (!(answer instanceof Json.Arr all) || all.items().size() != statements) {
            return Optional.empty();
        }
        List<Result> results = new ArrayList<>();
        for (Json each : all.items()) {
            if (!(each instanceof Json.Obj object)
                    || !(object.members().get("results") instanceof Json.Arr items)
                    || !items.items().stream().allMatch(Json.Obj.class::isInstance)) {
                return Optional.empty();
            }
            List<Map<String, Json>> rows = items.items().stream()
                    .map(row -> ((Json.Obj) row).members())
                    .toList();
            results.add(new Result(rows, changes(object.members().get("meta"))));
        }
        return Optional.of(results);
    }

    private static int changes(@Nullable Json meta) {
        return meta instanceof Json.Obj members && members.members().get("changes") instanceof Json.Num changes
                ? changes.value().min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValue()
                : 0;
    }
}
