package io.storeway.sql.internal.rows;

import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.error.ErrorContext;
import io.storeway.error.VersionConflictException;
import io.storeway.sql.internal.dialect.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The versions of records whose type declares them. */
public final class Versions {

    private Versions() {}

    /** Refuses a row whose version is not that of the existing row. */
    public static void require(Table table, Row row, Row there, ErrorContext context) {
        Field<?, ?> version = table.type().version().orElse(null);
        if (version != null && !version.equal(row.get(version.index()), there.get(version.index()))) {
            throw conflict(context);
        }
    }

    static VersionConflictException conflict(ErrorContext context) {
        return new VersionConflictException("The record has another version than the one given", context, null);
    }

    /** The rows with the next version where they are there already, with the version that they have. */
    public static List<Row> next(
            Table table, List<Row> wanted, List<Row> present, Predicate<Row> expired, ErrorContext context) {
        if (table.version() < 0) {
            return wanted;
        }
        Map<Key, Row> live = new HashMap<>();
        present.stream().filter(expired.negate()).forEach(row -> live.put(row.key(), row));
        return wanted.stream()
                .map(row -> {
                    Row there = live.get(row.key());
                    if (there == null) {
                        return row;
                    }
                    require(table, row, there, context);
                    return table.type().withNextVersion(row);
                })
                .toList();
    }
}
