package io.storeway.sql.internal.dialect;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.Reference;
import io.storeway.Row;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.sql.internal.codec.ColumnCodec;
import io.storeway.sql.internal.codec.JacksonJson;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table of an entity type in one dialect, with quoted names, codecs and statement texts, which are computed once. */
public final class Table {

    private final EntityType<?> type;
    private final Dialect dialect;
    private final String name;
    private final List<String> columns;
    private final ColumnCodec[] codecs;
    private final int position;
    private final int expiry;
    private final int version;
    private final boolean leaf;
    private final List<Reference> ownReferences;
    private final Set<Integer> indexed;
    private final Map<Integer, String> inserts = new ConcurrentHashMap<>();
    private final Map<Integer, String> upserts = new ConcurrentHashMap<>();
    private final String select;
    private final String selectOne;
    private final String update;
    private volatile boolean highText;
    private volatile boolean hasTrigger;
    private volatile boolean upsertsKnownRows;
    private final Map<String, List<String>> uniqueIndexes = new ConcurrentHashMap<>();

    /**
     * The table of a type.
     *
     * @param leaf whether no other type refers to this one
     * @throws UnsupportedCapabilityException if no column type of this dialect holds a field exactly, there are too many fields, or the
     *     engine reserves a name
     */
    Table(EntityType<?> type, Dialect dialect, boolean leaf) {
        if (type.fields().size() > dialect.columns()) {
            throw new UnsupportedCapabilityException(
                    "The type has " + type.fields().size() + " fields, and a table has at most " + dialect.columns()
                            + " columns here; split the type, or keep fields that no query asks for in one of JSON",
                    new ErrorContext("open", dialect.name(), type.name(), null),
                    null);
        }
        requireFreeNames(type, dialect);
        this.type = type;
        this.dialect = dialect;
        this.leaf = leaf;
        this.upsertsKnownRows =
                type.uniqueKeys().stream().anyMatch(unique -> dialect.upsertMeets(type, type.columns(unique.fields())));
        this.ownReferences = type.references().stream()
                .filter(reference -> reference.target() == type)
                .toList();
        this.name = dialect.quote(type.sql().table());
        this.columns = type.sql().columns().stream().map(dialect::quote).toList();
        this.codecs =
                type.fields().stream().map(field -> dialect.codec(type, field)).toArray(ColumnCodec[]::new);
        this.position = type.position().map(Field::index).orElse(-1);
        this.expiry = type.expiry().map(Field::index).orElse(-1);
        this.version = type.version().map(Field::index).orElse(-1);
        this.indexed = indexed(type);
        this.select = "SELECT " + selected(type.fields()) + " FROM " + name;
        this.selectOne = select + " WHERE " + Dialect.equal(key());
        String set =
                updated().stream().map(index -> columns.get(index) + " = ?").collect(Collectors.joining(", "));
        String next = version < 0 ? "" : columns.get(version) + " = " + columns.get(version) + " + 1";
        set += set.isEmpty() || next.isEmpty() ? next : ", " + next;
        String where = Dialect.equal(key()) + (version < 0 ? "" : " AND " + columns.get(version) + " = ?");
        this.update = "UPDATE " + name + " SET " + (set.isEmpty() ? key().get(0) + " = " + key().get(0) : set)
                + " WHERE " + where;
    }

    private static void requireFreeNames(EntityType<?> type, Dialect dialect) {
        String kept = dialect.keepsTable(type) ? "table name " + type.sql().table() : null;
        for (String column : type.sql().columns()) {
            kept = dialect.keepsColumn(column) ? "column name " + column : kept;
        }
        if (kept != null) {
            throw new UnsupportedCapabilityException(
                    "This database keeps the " + kept + " for itself; give another one by sql(…) of the type",
                    new ErrorContext("open", dialect.name(), type.name(), null),
                    null);
        }
    }

    private static Set<Integer> indexed(EntityType<?> type) {
        Set<Integer> heads = new HashSet<>();
        heads.add(type.key().get(0).index());
        type.uniqueKeys().forEach(unique -> heads.add(unique.fields().get(0).index()));
        type.references()
                .forEach(reference -> heads.add(reference.fields().get(0).index()));
        type.sql().indexes().forEach(index -> heads.add(index.fields().get(0)));
        return Set.copyOf(heads);
    }

    public EntityType<?> type() {
        return type;
    }

    public String name() {
        return name;
    }

    /** All columns, quoted, in field order. */
    public List<String> columns() {
        return columns;
    }

    public List<String> columns(Collection<? extends Field<?, ?>> fields) {
        return fields.stream().map(field -> columns.get(field.index())).toList();
    }

    /** The columns of the fields as they are selected, separated by commas. */
    public String selected(Collection<? extends Field<?, ?>> fields) {
        return fields.stream()
                .map(field -> dialect.selected(columns.get(field.index()), codecs[field.index()]))
                .collect(Collectors.joining(", "));
    }

    public List<String> key() {
        return columns(type.key());
    }

    /** The columns outside the key. */
    public List<String> rest() {
        List<String> rest = new ArrayList<>(columns);
        rest.removeAll(key());
        return rest;
    }

    public ColumnCodec codec(Field<?, ?> field) {
        return codecs[field.index()];
    }

    /** The index of the position field, or -1. */
    public int position() {
        return position;
    }

    /** The index of the expiry field, or -1. */
    public int expiry() {
        return expiry;
    }

    /** The index of the version field, or -1. */
    public int version() {
        return version;
    }

    /** All fields that are in an index. */
    public List<Field<?, ?>> indexedFields() {
        Set<Field<?, ?>> fields = new LinkedHashSet<>(type.key());
        type.uniqueKeys().forEach(unique -> fields.addAll(unique.fields()));
        type.references().forEach(reference -> fields.addAll(reference.fields()));
        type.sql()
                .indexes()
                .forEach(index ->
                        index.fields().forEach(field -> fields.add(type.fields().get(field))));
        return List.copyOf(fields);
    }

    /** The references of the type to itself. */
    public List<Reference> ownReferences() {
        return ownReferences;
    }

    /** Whether an upsert could replace rows with other keys, so that rows are only upserted if it is known which exist. */
    public boolean upsertsKnownRows() {
        return upsertsKnownRows;
    }

    /** Whether no type refers to this one. */
    public boolean leaf() {
        return leaf;
    }

    /** Whether an index begins with the field. */
    public boolean indexed(Field<?, ?> field) {
        return indexed.contains(field.index());
    }

    /** Whether there was a sorted text that UTF-16 and UTF-8 may order differently, so that more are to be expected. */
    public boolean meetsHighText() {
        return highText;
    }

    public void meetHighText() {
        highText = true;
    }

    /** Whether the database has a trigger or rule that may leave rows out, so that each write has to be looked at before the commit. */
    public boolean hasTrigger() {
        return hasTrigger;
    }

    public void meetTrigger() {
        hasTrigger = true;
    }

    /** The columns of the unique index that the database has under a name; none if it had none when it was opened. */
    public List<String> uniqueIndex(@Nullable String index) {
        return index == null ? List.of() : uniqueIndexes.getOrDefault(index, List.of());
    }

    /** Takes note of a unique index, which need not be declared. */
    public void meetUniqueIndex(String index, List<String> unique) {
        uniqueIndexes.put(index, unique);
        if (!unique.equals(type.columns(type.key())) && dialect.upsertMeets(type, unique)) {
            upsertsKnownRows = true;
        }
    }

    /** {@code SELECT …all columns… FROM …}. */
    public String select() {
        return select;
    }

    /** The same for the row with a given key. */
    public String selectOne() {
        return selectOne;
    }

    public String insert(int count) {
        return inserts.computeIfAbsent(
                count,
                n -> dialect.insertInto(n) + name + " (" + String.join(", ", columns) + ") " + dialect.rows(this, n));
    }

    public String upsert(int count) {
        return upserts.computeIfAbsent(count, n -> dialect.upsert(this, n));
    }

    /** Updates all columns outside the key except the position, in the row with a given key and, if there is one, a given version. */
    public String update() {
        return update;
    }

    private List<Integer> updated() {
        List<Integer> indexes = new ArrayList<>();
        for (Field<?, ?> field : type.fields()) {
            if (field.index() != position
                    && field.index() != version
                    && !type.key().contains(field)) {
                indexes.add(field.index());
            }
        }
        return indexes;
    }

    /** The encoded parameters of {@link #update()}. */
    public List<@Nullable Object> updateValues(Row row) {
        List<@Nullable Object> values = new ArrayList<>();
        updated().forEach(index -> values.add(codecs[index].encodeNullable(row.get(index))));
        type.key().forEach(field -> values.add(codecs[field.index()].encodeNullable(row.get(field.index()))));
        if (version >= 0) {
            values.add(row.get(version));
        }
        return values;
    }

    /** How many of the rows that are left the next {@link #insert} or {@link #upsert} takes. */
    public int rowsAtOnce(List<Row> left) {
        // Engines differ in whether rows of one statement may refer to each other, so such rows come one by one.
        return ownReferences.isEmpty() ? dialect.rowsAtOnce(this, left) : 1;
    }

    /** Binds the first of the rows to {@link #insert} or {@link #upsert} of that count, and returns how many it has bound. */
    public int bind(PreparedStatement statement, int count, List<Row> rows) throws SQLException {
        return dialect.bind(this, statement, count, rows);
    }

    /** The value that JDBC binds for a column of a row. */
    @Nullable
    Object encoded(Row row, int column) {
        return codecs[column].encodeNullable(row.get(column));
    }

    /** A statement that writes one row, with its values. */
    public Sql bound(String text, Row row) {
        Sql sql = new Sql(text);
        for (int i = 0; i < codecs.length; i++) {
            sql.bind(encoded(row, i));
        }
        return sql;
    }

    /** Binds a whole row from a parameter on. */
    void bind(PreparedStatement statement, int from, Row row) throws SQLException {
        for (int i = 0; i < codecs.length; i++) {
            statement.setObject(from + i, encoded(row, i));
        }
    }

    /** The current row of a result of {@link #select()}. */
    public Row read(ResultSet rows) throws SQLException {
        @Nullable Object[] values = new @Nullable Object[codecs.length];
        for (int i = 0; i < values.length; i++) {
            try {
                values[i] = codecs[i].reader().read(rows, i + 1);
            } catch (IllegalArgumentException e) {
                throw new InvalidValueException(
                        type.fields().get(i).name(),
                        String.valueOf(e.getMessage()),
                        new ErrorContext("read", dialect.name(), type.name(), null),
                        e);
            }
        }
        return Row.trusted(type, values);
    }

    /** The values of the fields at the first columns of a result. */
    public Key readKey(ResultSet rows, List<? extends Field<?, ?>> fields) throws SQLException {
        List<Object> values = new ArrayList<>(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            Object value = codec(fields.get(i)).reader().read(rows, i + 1);
            if (value == null) {
                throw new InvalidValueException(
                        fields.get(i).name(),
                        "a key column holds NULL",
                        new ErrorContext("read", dialect.name(), type.name(), null),
                        null);
            }
            values.add(value);
        }
        return new Key(values);
    }

    /** The key with its values as JDBC binds them. */
    public Key encode(List<? extends Field<?, ?>> fields, Key key) {
        List<Object> values = new ArrayList<>(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            values.add(codec(fields.get(i)).encode().apply(key.values().get(i)));
        }
        return new Key(values);
    }

    /** Whether a row can have this key; for instance, PostgreSQL's text can't contain every character. */
    public boolean holds(List<? extends Field<?, ?>> fields, Key key) {
        for (int i = 0; i < fields.size(); i++) {
            FieldType fieldType = fields.get(i).type();
            if (fieldType.kind() == FieldType.Kind.TEXT
                    && dialect.objection(fieldType, key.values().get(i)) != null) {
                return false;
            }
        }
        return true;
    }

    /** Adds the condition that the fields equal one of the keys, at most {@link #keysAtOnce} of them. */
    public void in(Sql sql, List<? extends Field<?, ?>> fields, List<Key> keys) {
        if (fields.isEmpty()) {
            sql.add("1 = 1");
            return;
        }
        if (keys.size() == 1) {
            equal(sql, fields, keys.get(0));
            return;
        }
        dialect.in(
                sql,
                columns(fields),
                fields.stream().map(Field::type).toList(),
                keys.stream().map(key -> encode(fields, key)).toList());
    }

    private void equal(Sql sql, List<? extends Field<?, ?>> fields, Key key) {
        if (!holds(fields, key)) {
            sql.add("1 = 0");
            return;
        }
        for (int i = 0; i < fields.size(); i++) {
            Field<?, ?> field = fields.get(i);
            sql.add(i == 0 ? "" : " AND ")
                    .add(columns.get(field.index()))
                    .add(" = ?")
                    .bind(codec(field).encode().apply(key.values().get(i)));
        }
    }

    public int keysAtOnce(List<? extends Field<?, ?>> fields) {
        List<FieldType> types = fields.stream().<FieldType>map(Field::type).toList();
        return types.isEmpty() ? Integer.MAX_VALUE : dialect.keysAtOnce(types, unique(fields));
    }

    private boolean unique(List<? extends Field<?, ?>> fields) {
        return type.key().equals(fields)
                || type.uniqueKeys().stream().anyMatch(unique -> unique.fields().equals(fields));
    }

    /** The values of the fields, or null if one is missing. */
    public static @Nullable Key keyOf(Row row, List<? extends Field<?, ?>> fields) {
        for (Field<?, ?> field : fields) {
            if (row.get(field.index()) == null) {
                return null;
            }
        }
        return row.key(fields);
    }

    /**
     * Refuses a row that the engine would not return unchanged.
     *
     * @throws InvalidValueException if it has such a value
     */
    public void check(Row row, String operation) {
        Objection objection = objection(row);
        if (objection != null) {
            throw new InvalidValueException(
                    objection.field().name(),
                    objection.reason(),
                    new ErrorContext(operation, dialect.name(), type.name(), null),
                    null);
        }
    }

    /** Why a row is refused, and because of which field. */
    public record Objection(Field<?, ?> field, String reason) {}

    /** Why the engine would not take the row or not return it unchanged, or null. */
    public @Nullable Objection objection(Row row) {
        for (Field<?, ?> field : type.fields()) {
            String reason = objection(row, field);
            if (reason != null) {
                return new Objection(field, reason);
            }
        }
        String reason = dialect.tooLarge(this, row);
        return reason == null ? null : new Objection(largest(List.of(row), type.fields()), reason);
    }

    /** The field with the longest text or bytes in one of the rows. */
    public Field<?, ?> largest(List<Row> rows, Collection<? extends Field<?, ?>> fields) {
        Field<?, ?> largest = fields.iterator().next();
        int most = -1;
        for (Row row : rows) {
            for (Field<?, ?> field : fields) {
                int length = ColumnCodec.length(encoded(row, field.index()));
                if (length > most) {
                    most = length;
                    largest = field;
                }
            }
        }
        return largest;
    }

    private @Nullable String objection(Row row, Field<?, ?> field) {
        Object value = row.get(field.index());
        if (value == null) {
            return null;
        }
        String objection = codec(field).tooLong(value);
        if (objection == null) {
            objection = dialect.objection(field.type(), value);
        }
        if (objection == null && field.type().kind() == FieldType.Kind.JSON) {
            try {
                JacksonJson.checkBounds((Json) value, 0);
            } catch (IllegalArgumentException e) {
                return e.getMessage();
            }
        }
        return objection;
    }
}
