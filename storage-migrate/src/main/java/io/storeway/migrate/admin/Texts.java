package io.storeway.migrate.admin;

import io.storeway.Json;
import io.storeway.migrate.BackfillReport;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes JSON of Java's values and of reports. */
final class Texts {

    private Texts() {}

    /** An object of names and values in turn: texts, numbers, booleans and JSON. */
    static Json.Obj object(Object... namesAndValues) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], json(namesAndValues[i + 1]));
        }
        return new Json.Obj(members);
    }

    /** What a copy has come to. */
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
