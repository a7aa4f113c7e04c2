package io.storeway.migrate.admin;

import io.storeway.Json;
import io.storeway.migrate.BackfillReport;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes values and reports as JSON. */
final class Texts {

    private Texts() {}

    /** A JSON object of alternating names and values, which are texts, numbers, booleans or JSON. */
    static Json.Obj object(Object... namesAndValues) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], json(namesAndValues[i + 1]));
        }
        return new Json.Obj(members);
    }

    /** The report of a backfill. */
    static Json.Obj backfill(BackfillReport report) {
        return object(
                "writes", report.writes(),
                "resumed", report.resumed(),
                "clean", report.clean(),
                "millis", report.duration().toMillis());
    }

    static Json json(Object value) {
        if (value instanceof Json json) {
            return json;
        }
        if (value instanceof Boolean truth) {
            return new Json.Bool(truth);
        }
        if (value instanceof Long || value instanceof Integer) {
            return new Json.Num(BigDecimal.valueOf(((Number) value).longValue()));
        }
        return new Json.Str(value.toString());
    }
}
