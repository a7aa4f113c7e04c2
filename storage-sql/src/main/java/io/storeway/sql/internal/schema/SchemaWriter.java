package io.storeway.sql.internal.schema;

import io.storeway.Check;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Reference;
import io.storeway.UniqueKey;
import io.storeway.internal.Sha256;
import io.storeway.layout.SqlLayout;
import io.storeway.sql.internal.codec.ColumnCodec;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the statements that create the table and the indexes of an entity type. */
public final class SchemaWriter {

    private final EntityType<?> type;
    private final SqlLayout layout;
    private final Table table;
    private final Dialect dialect;

    public SchemaWriter(Table table, Dialect dialect) {
        this.type = table.type();
        this.layout = type.sql();
        this.table = table;
        this.dialect = dialect;
    }

    /** Creates the table, without indexes. */
    public List<String> createTable() {
        List<String> statements = new ArrayList<>();
        statements.add(createTable(table.name(), List.of()));
        statements.addAll(dialect.remember(table.name(), checks()));
        return statements;
    }

    /** Creates the table under a quoted name, with further columns that no field declares. */
    String createTable(String quotedName, List<String> further) {
        List<String> parts = new ArrayList<>();
        type.fields().forEach(field -> parts.add(column(field)));
        parts.addAll(further);
        parts.add(primaryKey());
        type.uniqueKeys().forEach(unique -> parts.add(uniqueKey(unique)));
        type.references().forEach(reference -> parts.add(foreignKey(reference)));
        checks().forEach((name, expression) -> parts.add(check(name, expression)));
        return "CREATE TABLE " + quotedName + " (\n    " + String.join(",\n    ", parts) + "\n)"
                + dialect.tableOptions(type);
    }

    String primaryKey() {
        return constraint(layout.primaryKey()) + "PRIMARY KEY " + list(table.key());
    }

    String uniqueKey(UniqueKey unique) {
        return constraint(unique.name()) + "UNIQUE " + list(table.columns(unique.fields()));
    }

    String foreignKey(Reference reference) {
        EntityType<?> target = reference.target();
        return constraint(reference.name()) + "FOREIGN KEY " + list(table.columns(reference.fields())) + " REFERENCES "
                + dialect.quote(target.sql().table()) + " "
                + list(target.columns(target.key()).stream().map(dialect::quote).toList()) + " ON DELETE "
                + reference.onDelete();
    }

    String check(String name, String expression) {
        return constraint(name) + "CHECK (" + expression + ")";
    }

    /** A column with its default value, which is for an old release that doesn't know the column. */
    String column(Field<?, ?> field) {
        String column = typed(field);
        return field.nullable() ? column : column + " " + dialect.notNull(layout.notNullName(field.index()));
    }

    /** A column that may be missing. */
    String typed(Field<?, ?> field) {
        String value = defaultValue(field);
        return table.columns().get(field.index()) + " " + table.codec(field).sqlType()
                + (value == null ? "" : " DEFAULT " + value);
    }

    /** The default value of a field as a literal, or null. */
    @Nullable
    String defaultValue(Field<?, ?> field) {
        Object value = field.defaultValue();
        return value == null ? null : literal(field, value);
    }

    private String constraint(String name) {
        return "CONSTRAINT " + dialect.quote(name) + " ";
    }

    /** The check constraints: expression by name. */
    Map<String, String> checks() {
        Map<String, String> checks = new LinkedHashMap<>();
        for (Check check : type.checks()) {
            checks.put(check.name(), expression(check));
        }
        for (Field<?, ?> field : type.fields()) {
            String guard = dialect.guard(field, table.columns().get(field.index()));
            if (guard != null) {
                checks.put(domain(layout.columns().get(field.index())), guard);
            }
        }
        return checks;
    }

    private String domain(String column) {
        String name = layout.table() + "_" + column + "_domain";
        if (name.length() <= Dialect.MAX_NAME) {
            return name;
        }
        String end = "_" + Sha256.hex(name, 4) + "_domain";
        return name.substring(0, Dialect.MAX_NAME - end.length()) + end;
    }

    private String expression(Check check) {
        Field<?, ?> field = check.field();
        String column = table.columns().get(field.index());
        if (check instanceof Check.OneOf oneOf) {
            List<String> values =
                    oneOf.values().stream().map(value -> literal(field, value)).toList();
            return values.size() == 1
                    ? dialect.equal(column, table.codec(field), values.get(0))
                    : column + " IN " + list(values);
        }
        Check.Range range = (Check.Range) check;
        String low = literal(field, range.low());
        String high = literal(field, range.high());
        String plain = dialect.ordered(column, field.type(), range.low());
        String other = dialect.ordered(column, field.type(), range.high());
        if (plain.equals(column) && other.equals(column)) {
            return dialect.between(column, table.codec(field), low, high);
        }
        // Text is compared as the bytes of its UTF-8, all other values as they are.
        return dialect.between(
                dialect.ordered(column, field.type(), null), table.codec(field), utf8(range.low()), utf8(range.high()));
    }

    private static String utf8(Object text) {
        return "X'" + HexFormat.of().formatHex(((String) text).getBytes(StandardCharsets.UTF_8)) + "'";
    }

    private String literal(Field<?, ?> field, Object value) {
        ColumnCodec codec = table.codec(field);
        return codec.literal().apply(codec.encode().apply(value));
    }

    /** The columns of each index by its name, without indexes that belong to constraints. */
    public Map<String, List<String>> indexes() {
        Map<String, List<String>> indexes = new LinkedHashMap<>();
        for (SqlLayout.Index index : layout.indexes()) {
            indexes.put(
                    index.name(),
                    index.fields().stream().map(layout.columns()::get).toList());
        }
        for (Reference reference : type.references()) {
            List<String> columns = type.columns(reference.fields());
            boolean served = Dialect.startsWith(type.columns(type.key()), columns)
                    || type.uniqueKeys().stream()
                            .anyMatch(key -> Dialect.startsWith(type.columns(key.fields()), columns))
                    || indexes.values().stream().anyMatch(index -> Dialect.startsWith(index, columns));
            if (!served && !dialect.indexesReferences()) {
                indexes.put(reference.name().replaceFirst("_fk$", "") + "_ix", columns);
            }
        }
        return indexes;
    }

    public String createIndex(String name, List<String> columns) {
        return "CREATE INDEX " + dialect.quote(name) + " ON " + table.name() + " "
                + list(columns.stream().map(this::indexed).toList());
    }

    private String indexed(String column) {
        Field<?, ?> field = type.fields().get(layout.columns().indexOf(column));
        return dialect.quote(column) + (field.nullable() ? dialect.nullsOfIndex() : "");
    }

    private static String list(List<String> parts) {
        return parts.stream().collect(Collectors.joining(", ", "(", ")"));
    }

    /** Whether a name was derived from the table's name, which is cut if it is long, with one of the endings. */
    static boolean derived(Table table, String name, String endings) {
        String begin = table.type().sql().table() + "_";
        return name.matches(begin + ".*_(" + endings + ")")
                || (name.matches(".*_[0-9a-f]{1,8}_(" + endings + ")")
                        && begin.startsWith(name.replaceFirst("_[0-9a-f]{1,8}_[a-z]+$", "")));
    }
}
