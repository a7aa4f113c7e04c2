package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.layout.KeyTemplate;
import io.storeway.layout.SqlLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link EntityType}; not thread-safe. Everything that one of the layouts can't hold, and every contradiction,
 * is refused by {@link #build()} with an IllegalArgumentException that says what and where.
 *
 * @param <T> the record
 */
public final class EntityTypeBuilder<T> {

    private static final Set<FieldType.Kind> KEY_KINDS = Set.of(
            FieldType.Kind.TEXT,
            FieldType.Kind.BOOLEAN,
            FieldType.Kind.INTEGER,
            FieldType.Kind.LONG,
            FieldType.Kind.DECIMAL,
            FieldType.Kind.INSTANT,
            FieldType.Kind.DATE);

    private String name;
    private final RecordBinding<T> binding;
    private final Map<String, RecordFields.Draft> drafts = new LinkedHashMap<>();
    private final Map<String, Object> defaults = new LinkedHashMap<>();
    private List<String> partitionedBy = List.of();
    private List<String> identifiedBy = List.of();
    private boolean wholeSet;
    private boolean ordered;
    private @Nullable String expiry;
    private final List<List<String>> uniqueKeys = new ArrayList<>();
    private final List<ReferenceDraft> references = new ArrayList<>();
    private final Map<String, List<Object>> allowed = new LinkedHashMap<>();
    private final Map<String, Bounds> ranges = new LinkedHashMap<>();
    private @Nullable String keyTemplate;
    private Blob<T> blob = Blob.object();
    private @Nullable Consumer<TableSpec<T>> table;

    private record ReferenceDraft(List<String> fields, EntityType<?> target, OnDelete onDelete) {}

    private record Bounds(Object low, Object high) {}

    EntityTypeBuilder(String name, RecordBinding<T> binding) {
        this.name = name;
        this.binding = binding;
    }

    void add(RecordFields.Draft draft) {
        drafts.put(draft.name(), draft);
        if (!draft.allowed().isEmpty()) {
            allowed.put(draft.name(), draft.allowed());
        }
    }

    /** The name of the type; by default that of the record class. */
    public EntityTypeBuilder<T> named(String typeName) {
        this.name = typeName;
        return this;
    }

    /** Adds a field that is required; for types of {@link Row}s. */
    public EntityTypeBuilder<T> field(String fieldName, FieldType type) {
        if (drafts.containsKey(fieldName)) {
            throw refused("field " + fieldName + " is declared twice");
        }
        add(RecordFields.Draft.of(fieldName, type));
        return this;
    }

    /** Lets fields be missing. A component of a primitive type can't be. */
    @SafeVarargs
    public final EntityTypeBuilder<T> nullable(FieldRef<T, ?>... fields) {
        for (FieldRef<T, ?> field : fields) {
            RecordFields.Draft old = draft(NamedField.of(field));
            if (old.primitive()) {
                throw refused("field " + old.name() + " is of a primitive type and can't be missing");
            }
            drafts.put(old.name(), old.missing());
        }
        return this;
    }

    /** Declares the type of a field where the Java type doesn't say it, for example {@code decimal(12, 2)}. */
    public EntityTypeBuilder<T> type(FieldRef<T, ?> field, FieldType type) {
        RecordFields.Draft old = draft(NamedField.of(field));
        if (!old.takes(type)) {
            throw refused("field " + old.name() + " is no " + type + " in its record");
        }
        drafts.put(old.name(), old.typed(type));
        return this;
    }

    /** The value that a blob without the field is read with. */
    public EntityTypeBuilder<T> defaultValue(FieldRef<T, ?> field, Object stored) {
        defaults.put(NamedField.of(field), stored);
        return this;
    }

    /**
     * The fields of the partition key. Without it a partition is one record, and {@link #identifiedBy} alone names it.
     */
    @SafeVarargs
    public final EntityTypeBuilder<T> partitionedBy(FieldRef<T, ?>... fields) {
        partitionedBy = Stream.of(fields).map(NamedField::of).toList();
        return this;
    }

    /** All records are one partition, as where one blob holds the whole set. */
    public EntityTypeBuilder<T> onePartition() {
        wholeSet = true;
        return this;
    }

    /** The fields that name a record within its partition. */
    @SafeVarargs
    public final EntityTypeBuilder<T> identifiedBy(FieldRef<T, ?>... fields) {
        identifiedBy = Stream.of(fields).map(NamedField::of).toList();
        return this;
    }

    /**
     * The records of a partition have an order, which is kept in a hidden field named {@link EntityType#POSITION}. If no
     * identity is given, the position is the identity, so that equal items may follow each other.
     */
    public EntityTypeBuilder<T> ordered() {
        ordered = true;
        return this;
    }

    /** The instant from which on a record counts as not there. */
    public EntityTypeBuilder<T> expiresAt(FieldRef<T, ?> field) {
        expiry = NamedField.of(field);
        return this;
    }

    /** No two records agree in all of these fields. */
    @SafeVarargs
    public final EntityTypeBuilder<T> unique(FieldRef<T, ?>... fields) {
        uniqueKeys.add(Stream.of(fields).map(NamedField::of).toList());
        return this;
    }

    /** The field holds the key of a record of the target, whose key is one field. */
    public EntityTypeBuilder<T> references(FieldRef<T, ?> field, EntityType<?> target, OnDelete onDelete) {
        references.add(new ReferenceDraft(List.of(NamedField.of(field)), target, onDelete));
        return this;
    }

    /** The field is one of the stored values; an enum component has this rule already. */
    public EntityTypeBuilder<T> oneOf(FieldRef<T, ?> field, Object... values) {
        allowed.put(NamedField.of(field), List.of(values));
        return this;
    }

    /** The field lies between two stored values, both included. */
    public EntityTypeBuilder<T> range(FieldRef<T, ?> field, Object low, Object high) {
        ranges.put(NamedField.of(field), new Bounds(low, high));
        return this;
    }

    /**
     * The layout in a key-value store. Without it the keys are the type's name followed by the partition key, and the blob
     * is an object, or an array of objects if a partition holds several records.
     *
     * @param template see {@link KeyTemplate}; its variables are the fields of the partition key
     */
    public EntityTypeBuilder<T> keyValue(String template, Blob<T> layout) {
        keyTemplate = template;
        blob = layout;
        return this;
    }

    /** The layout in a SQL database, where it is to differ from the names of the type and its fields. */
    public EntityTypeBuilder<T> sql(Consumer<TableSpec<T>> layout) {
        table = layout;
        return this;
    }

    /**
     * Builds the type.
     *
     * @throws IllegalArgumentException if the description contradicts itself or one of the layouts can't hold it
     */
    public EntityType<T> build() {
        if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,62}")) {
            throw refused("a name is a letter followed by letters, digits and underscores, 63 at most");
        }
        List<Field<T, ?>> fields = buildFields();
        Map<String, Field<T, ?>> byName = new LinkedHashMap<>();
        fields.forEach(field -> byName.put(field.name(), field));
        Field<T, ?> position = ordered ? byName.get(EntityType.POSITION) : null;

        List<Field<T, ?>> identity = resolve(byName, identifiedBy);
        List<Field<T, ?>> partitionKey = resolve(byName, partitionedBy);
        if (partitionedBy.isEmpty() && !wholeSet) {
            partitionKey = identity;
            identity = List.of();
        }
        if (identity.isEmpty() && position != null) {
            identity = List.of(position);
        }
        checkKeys(partitionKey, identity);

        TableSpec<T> spec = new TableSpec<>(name);
        if (table != null) {
            table.accept(spec);
        }
        SqlNames names = new SqlNames(spec.table());
        SqlLayout sql = sqlLayout(spec, names, fields, byName);
        return new EntityType<>(new EntityType.Parts<>(
                name,
                fields,
                partitionKey,
                identity,
                position,
                expiryField(byName),
                uniqueKeys.stream()
                        .map(key -> resolve(byName, key))
                        .map(key -> new UniqueKey(names.of(columns(sql, key), "uq"), key))
                        .toList(),
                references.stream()
                        .map(draft -> reference(draft, byName, sql, names))
                        .toList(),
                buildChecks(byName, sql, names),
                new KeyValueLayoutBuilder<>(name, fields, partitionKey, identity, position)
                        .build(
                                template(partitionKey),
                                keyTemplate == null && !identity.isEmpty() ? Blob.arrayOfObjects() : blob),
                sql,
                binding));
    }

    private List<Field<T, ?>> buildFields() {
        if (ordered) {
            if (drafts.containsKey(EntityType.POSITION)) {
                throw refused("an ordered type has no field of its own named " + EntityType.POSITION);
            }
            drafts.put(EntityType.POSITION, RecordFields.Draft.of(EntityType.POSITION, FieldType.INTEGER));
        }
        List<Field<T, ?>> fields = new ArrayList<>();
        for (RecordFields.Draft draft : drafts.values()) {
            FieldType type = draft.type();
            if (type == null) {
                throw refused(
                        "field " + draft.name() + " has a Java type that says too little; declare it with type(…)");
            }
            Object defaultValue = defaults.get(draft.name());
            fields.add(new Field<>(
                    name,
                    draft.name(),
                    fields.size(),
                    type,
                    draft.nullable(),
                    defaultValue == null ? null : stored(draft.name(), type, defaultValue),
                    draft.binding()));
        }
        for (String defaulted : defaults.keySet()) {
            draft(defaulted);
        }
        return fields;
    }

    private void checkKeys(List<Field<T, ?>> partitionKey, List<Field<T, ?>> identity) {
        Set<String> seen = new HashSet<>();
        for (Field<T, ?> field :
                Stream.concat(partitionKey.stream(), identity.stream()).toList()) {
            if (!KEY_KINDS.contains(field.type().kind())) {
                throw refused("field " + field.name() + " can't be part of the key: " + field.type());
            }
            if (field.nullable()) {
                throw refused("field " + field.name() + " is part of the key and can't be missing");
            }
            if (!seen.add(field.name())) {
                throw refused("field " + field.name() + " stands in the key twice");
            }
        }
        if (seen.isEmpty()) {
            throw refused("no key; say identifiedBy(…) or partitionedBy(…)");
        }
    }

    private String template(List<Field<T, ?>> partitionKey) {
        if (keyTemplate != null) {
            return keyTemplate;
        }
        StringBuilder template = new StringBuilder(name);
        partitionKey.forEach(field -> template.append(":{").append(field.name()).append('}'));
        return template.toString();
    }

    private SqlLayout sqlLayout(
            TableSpec<T> spec, SqlNames names, List<Field<T, ?>> fields, Map<String, Field<T, ?>> byName) {
        spec.columns().keySet().forEach(field -> resolve(byName, List.of(field)));
        List<String> columns = fields.stream()
                .map(field ->
                        SqlNames.checked(spec.columns().getOrDefault(field.name(), SqlNames.snakeCase(field.name()))))
                .toList();
        if (new HashSet<>(columns.stream().map(SqlNames::folded).toList()).size() < columns.size()) {
            throw refused("two fields share a column; names that differ only in case count as one");
        }
        List<SqlLayout.Index> indexes = spec.indexes().stream()
                .map(index -> resolve(byName, index))
                .map(index -> new SqlLayout.Index(
                        names.of(
                                index.stream()
                                        .map(field -> columns.get(field.index()))
                                        .toList(),
                                "ix"),
                        index.stream().map(Field::index).toList()))
                .toList();
        Map<String, String> former = new LinkedHashMap<>();
        spec.formerColumns()
                .forEach((field, column) -> former.put(
                        columns.get(resolve(byName, List.of(field)).get(0).index()), SqlNames.checked(column)));
        if (former.values().stream().anyMatch(columns::contains)) {
            throw refused("a former column is the column of a field");
        }
        return new SqlLayout(SqlNames.checked(spec.table()), columns, names.of(List.of(), "pk"), indexes, former);
    }

    private Reference reference(ReferenceDraft draft, Map<String, Field<T, ?>> byName, SqlLayout sql, SqlNames names) {
        List<Field<T, ?>> from = resolve(byName, draft.fields());
        List<? extends Field<?, ?>> to = draft.target().key();
        if (from.size() != to.size() || !from.get(0).type().equals(to.get(0).type())) {
            throw refused("the reference to " + draft.target().name() + " has to hold that type's key ("
                    + String.join(", ", Field.names(to)) + ")");
        }
        return new Reference(names.of(columns(sql, from), "fk"), from, draft.target(), draft.onDelete());
    }

    private List<Check> buildChecks(Map<String, Field<T, ?>> byName, SqlLayout sql, SqlNames names) {
        List<Check> checks = new ArrayList<>();
        allowed.forEach((fieldName, values) -> {
            Field<T, ?> field = resolve(byName, List.of(fieldName)).get(0);
            checks.add(new Check.OneOf(
                    names.of(columns(sql, List.of(field)), "ck"),
                    field,
                    values.stream()
                            .map(value -> stored(fieldName, field.type(), value))
                            .toList()));
        });
        ranges.forEach((fieldName, bounds) -> {
            Field<T, ?> field = resolve(byName, List.of(fieldName)).get(0);
            if (allowed.containsKey(fieldName)) {
                throw refused("field " + fieldName + " has both a range and a set of allowed values");
            }
            checks.add(new Check.Range(
                    names.of(columns(sql, List.of(field)), "ck"),
                    field,
                    stored(fieldName, field.type(), bounds.low()),
                    stored(fieldName, field.type(), bounds.high())));
        });
        return checks;
    }

    private @Nullable Field<T, ?> expiryField(Map<String, Field<T, ?>> byName) {
        if (expiry == null) {
            return null;
        }
        Field<T, ?> field = resolve(byName, List.of(expiry)).get(0);
        if (field.type().kind() != FieldType.Kind.INSTANT) {
            throw refused("field " + expiry + " says when a record expires and has to be an instant");
        }
        return field;
    }

    private Object stored(String fieldName, FieldType type, Object value) {
        try {
            return type.normalize(value instanceof Enum<?> constant ? constant.name() : value);
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(
                    fieldName, String.valueOf(e.getMessage()), new ErrorContext("build", null, name, null), e);
        }
    }

    private List<String> columns(SqlLayout sql, List<? extends Field<?, ?>> of) {
        return of.stream().map(field -> sql.columns().get(field.index())).toList();
    }

    private List<Field<T, ?>> resolve(Map<String, Field<T, ?>> byName, List<String> names) {
        return names.stream()
                .<Field<T, ?>>map(fieldName -> {
                    Field<T, ?> field = byName.get(fieldName);
                    if (field == null) {
                        throw noField(fieldName);
                    }
                    return field;
                })
                .toList();
    }

    private RecordFields.Draft draft(String fieldName) {
        RecordFields.Draft draft = drafts.get(fieldName);
        if (draft == null) {
            throw noField(fieldName);
        }
        return draft;
    }

    private IllegalArgumentException noField(String fieldName) {
        return refused("there is no field " + fieldName + "; there are " + String.join(", ", drafts.keySet()));
    }

    private IllegalArgumentException refused(String reason) {
        return new IllegalArgumentException("Entity type " + name + ": " + reason);
    }
}
