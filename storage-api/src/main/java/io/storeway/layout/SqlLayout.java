package io.storeway.layout;

import java.util.List;
import java.util.Map;

/**
 * The layout of an entity type in a SQL database. Names are always quoted, so they keep their case.
 *
 * @param table the table
 * @param columns one column name per field, in field order
 * @param primaryKey the name of the primary key constraint
 * @param indexes further indexes
 * @param formerColumns the former name of a column by its present name, for the script that renames it
 */
public record SqlLayout(
        String table, List<String> columns, String primaryKey, List<Index> indexes, Map<String, String> formerColumns) {

    /** The prefix of Storeway's own tables, in lower case; no entity type of a catalog may use it. */
    public static final String RESERVED_PREFIX = "storeway_";

    /** Copies the collections. */
    public SqlLayout {
        columns = List.copyOf(columns);
        indexes = List.copyOf(indexes);
        formerColumns = Map.copyOf(formerColumns);
    }

    /**
     * An index.
     *
     * @param name its name
     * @param fields field positions, in order
     */
    public record Index(String name, List<Integer> fields) {
        /** Copies the list. */
        public Index {
            fields = List.copyOf(fields);
        }
    }

    /** The name of the constraint in a not-null violation of the column, the same on every backend. */
    public String notNullName(int field) {
        return table + "_" + columns.get(field) + "_nn";
    }
}
