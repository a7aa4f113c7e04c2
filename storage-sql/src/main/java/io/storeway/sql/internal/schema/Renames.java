package io.storeway.sql.internal.schema;

import io.storeway.EntityType;
import io.storeway.sql.internal.dialect.LiveColumn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns that a table still has under their former names.
 *
 * @param former the former name by the declared one
 */
record Renames(Map<String, String> former) {

    static Renames of(EntityType<?> type, LiveSchema.LiveTable live) {
        Map<String, String> former = new LinkedHashMap<>();
        type.sql().formerColumns().forEach((column, before) -> {
            if (!live.columns().containsKey(column) && live.columns().containsKey(before)) {
                former.put(column, before);
            }
        });
        return new Renames(former);
    }

    /** The names that the columns will have. */
    List<String> of(List<String> columns) {
        return columns.stream().map(this::of).toList();
    }

    /** The columns of fields, under their present names. */
    List<String> declared(EntityType<?> type, LiveSchema.LiveTable live) {
        return live.columns().keySet().stream()
                .filter(column -> type.sql().columns().contains(of(column)))
                .toList();
    }

    private String of(String column) {
        return former.entrySet().stream()
                .filter(each -> each.getValue().equals(column))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(column);
    }

    /** The table as it will be when its columns are renamed. */
    LiveSchema.LiveTable of(LiveSchema.LiveTable live) {
        Map<String, LiveColumn> columns = new LinkedHashMap<>();
        for (LiveColumn column : live.columns().values()) {
            String now = of(column.name());
            columns.put(
                    now,
                    new LiveColumn(
                            now,
                            column.type(),
                            column.size(),
                            column.decimals(),
                            column.nullable(),
                            column.hasDefault(),
                            column.generated()));
        }
        return new LiveSchema.LiveTable(
                live.name(),
                columns,
                of(live.primaryKey()),
                live.foreignKeys().stream()
                        .map(key -> new LiveSchema.ForeignKey(
                                of(key.columns()), key.target(), key.targetColumns(), key.deleteRule()))
                        .toList(),
                live.indexes().stream()
                        .map(index -> new LiveSchema.Index(index.name(), of(index.columns()), index.unique()))
                        .toList());
    }
}
