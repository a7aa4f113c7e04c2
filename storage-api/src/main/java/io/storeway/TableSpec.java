package io.storeway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Describes the table of an entity type for {@link EntityTypeBuilder#sql}. By default the table has the name of the type, and a column the
 * name of its field in snake case.
 *
 * @param <T> the record
 */
public final class TableSpec<T> {

    private String table;
    private final Map<String, String> columns = new LinkedHashMap<>();
    private final Map<String, String> formerColumns = new LinkedHashMap<>();
    private final List<List<String>> indexes = new ArrayList<>();

    TableSpec(String table) {
        this.table = table;
    }

    /** The name of the table. */
    public TableSpec<T> table(String name) {
        this.table = name;
        return this;
    }

    /** The name of a field's column. */
    public TableSpec<T> column(FieldRef<T, ?> field, String name) {
        columns.put(NamedField.of(field), name);
        return this;
    }

    /** The name that a field's column had in the past, for the script that renames it. */
    public TableSpec<T> formerColumn(FieldRef<T, ?> field, String name) {
        formerColumns.put(NamedField.of(field), name);
        return this;
    }

    /**
     * A further index over the fields, in order. The primary key, unique keys and references have indexes anyway. One that serves pages
     * ends with the fields of the key, as the order of a query does; without them H2 sorts all records for each page.
     */
    @SafeVarargs
    public final TableSpec<T> index(FieldRef<T, ?>... fields) {
        indexes.add(Stream.of(fields).map(NamedField::of).toList());
        return this;
    }

    String table() {
        return table;
    }

    Map<String, String> columns() {
        return columns;
    }

    Map<String, String> formerColumns() {
        return formerColumns;
    }

    List<List<String>> indexes() {
        return indexes;
    }
}
