package io.storeway;

import io.storeway.layout.KeyTemplate;
import io.storeway.layout.KeyValueLayout;
import io.storeway.layout.SqlLayout;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link EntityType}; not thread-safe. A description that contradicts itself, or that one of the layouts can't hold, is refused
 * with an IllegalArgumentException that says what is wrong and where, by {@link #build()} at the latest. If something that a type or
 * field can only have once, such as its key, layout or default, is given several times, the last one counts; rules add up.
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
    private final FieldDrafts<T> drafts;
    private final RuleDrafts<T> rules = new RuleDrafts<>();
    private List<String> partitionedBy = List.of();
    private List<String> identifiedBy = List.of();
    private boolean wholeSet;
    private boolean ordered;
    private @Nullable String expiry;
    private @Nullable String version;
    private @Nullable String keyTemplate;
    private Blob<T> blob = Blob.object();
    private @Nullable Consumer<TableSpec<T>> table;

    EntityTypeBuilder(String name, RecordBinding<T> binding) {
        this.name = name;
        this.binding = binding;
        this.drafts = new FieldDrafts<>(name);
    }

    void add(RecordFields.Draft draft) {
        drafts.put(draft);
    }

    /** The name of the type; by default that of the record class. */
    public EntityTypeBuilder<T> named(String typeName) {
        this.name = typeName;
        drafts.named(typeName);
        return this;
    }

    /** Adds a field that is required; for types of {@link Row}s. */
    public EntityTypeBuilder<T> field(String fieldName, FieldType type) {
        drafts.declare(fieldName, type);
        return this;
    }

    /** Allows fields to be missing; not for components of primitive types. */
    @SafeVarargs
    public final EntityTypeBuilder<T> nullable(FieldRef<T, ?>... fields) {
        for (FieldRef<T, ?> field : fields) {
            drafts.nullable(NamedField.of(field));
        }
        return this;
    }

    /** Declares the type of a field that doesn't follow from its Java type, for example {@code decimal(12, 2)}. */
    public EntityTypeBuilder<T> type(FieldRef<T, ?> field, FieldType type) {
        drafts.type(NamedField.of(field), type);
        return this;
    }

    /**
     * Stores a field as the converter says, whatever its Java type. Conditions and keys take the Java value; {@link
     * #defaultValue}, {@link #oneOf} and {@link #range} the stored one.
     */
    public <J> EntityTypeBuilder<T> convert(FieldRef<T, ? extends @Nullable J> field, Converter<J, ?> converter) {
        drafts.convert(NamedField.of(field), converter);
        return this;
    }

    /** The value of the field if a blob doesn't have it. */
    public EntityTypeBuilder<T> defaultValue(FieldRef<T, ?> field, Object stored) {
        drafts.defaultValue(NamedField.of(field), stored);
        return this;
    }

    /**
     * The fields of the partition key. Without a partition key each record is a partition of its own, named by {@link #identifiedBy}.
     */
    @SafeVarargs
    public final EntityTypeBuilder<T> partitionedBy(FieldRef<T, ?>... fields) {
        partitionedBy = Stream.of(fields).map(NamedField::of).toList();
        return this;
    }

    /** Makes all records one partition, for instance if one blob holds them all. */
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
     * Gives the records of a partition an order, which is kept in a hidden field named {@link EntityType#POSITION}. If no identity is given,
     * the position is the identity, so that a partition can have equal records.
     */
    public EntityTypeBuilder<T> ordered() {
        ordered = true;
        return this;
    }

    /** The field with the instant from which on a record counts as absent. */
    public EntityTypeBuilder<T> expiresAt(FieldRef<T, ?> field) {
        expiry = NamedField.of(field);
        return this;
    }

    /**
     * Makes a {@code long} field count the changes of a record, so that nobody overwrites a change that they haven't seen. A new record
     * keeps the version that it has. To update, save or replace an existing record, it has to have the stored version, and is stored with
     * the next one; otherwise it is refused with {@link io.storeway.error.VersionConflictException}. A deletion doesn't check the version.
     */
    public EntityTypeBuilder<T> versionedBy(FieldRef<T, ?> field) {
        version = NamedField.of(field);
        return this;
    }

    /** A unique key: no two records have the same values in all of these fields. */
    @SafeVarargs
    public final EntityTypeBuilder<T> unique(FieldRef<T, ?>... fields) {
        rules.unique(Stream.of(fields).map(NamedField::of).toList());
        return this;
    }

    /** A reference: the field holds the key of a record of the target type, whose key is a single field. */
    public EntityTypeBuilder<T> references(FieldRef<T, ?> field, EntityType<?> target, OnDelete onDelete) {
        rules.reference(NamedField.of(field), target, onDelete);
        return this;
    }

    /** A reference to a record of this same type, whose key is a single field; for instance in a tree of categories. */
    public EntityTypeBuilder<T> referencesSelf(FieldRef<T, ?> field, OnDelete onDelete) {
        rules.reference(NamedField.of(field), null, onDelete);
        return this;
    }

    /** A check: the field has one of these stored values. Enum components without a converter have this check anyway. */
    public EntityTypeBuilder<T> oneOf(FieldRef<T, ?> field, Object... values) {
        rules.oneOf(NamedField.of(field), List.of(values));
        return this;
    }

    /** A check: the field lies between two stored values, both included. */
    public EntityTypeBuilder<T> range(FieldRef<T, ?> field, Object low, Object high) {
        rules.range(NamedField.of(field), low, high);
        return this;
    }

    /**
     * The layout in a key-value store. By default a key is the type's name followed by the partition key, and a blob is an object, or an
     * array of objects if a partition can hold several records.
     *
     * @param template see {@link KeyTemplate}; its variables are the fields of the partition key
     */
    public EntityTypeBuilder<T> keyValue(String template, Blob<T> layout) {
        keyTemplate = template;
        blob = layout;
        return this;
    }

    /** The layout in a SQL database, if names should differ from those of the type and its fields, or it has further indexes. */
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
        List<Field<T, ?>> fields = drafts.build(ordered);
        Field<T, ?> position = ordered ? drafts.resolve(EntityType.POSITION) : null;

        List<Field<T, ?>> identity = drafts.resolveAll(identifiedBy);
        List<Field<T, ?>> partitionKey = drafts.resolveAll(partitionedBy);
        if (wholeSet && !partitionKey.isEmpty()) {
            throw refused("onePartition() and partitionedBy(…) contradict each other");
        }
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
        SqlLayout sql = sqlLayout(spec, names, fields);
        KeyValueLayout keyValue = new KeyValueLayoutBuilder<>(name, fields, partitionKey, identity, position)
                .build(
                        template(partitionKey),
                        keyTemplate == null && !identity.isEmpty() ? Blob.arrayOfObjects() : blob);
        return new EntityType<>(new EntityType.Parts<>(
                name,
                fields,
                partitionKey,
                identity,
                position,
                expiryField(),
                versionField(keyValue, partitionKey, identity),
                rules.uniqueKeys(drafts, sql, names),
                self -> rules.references(self, drafts, names),
                rules.checks(drafts, sql, names),
                keyValue,
                sql,
                binding));
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

    private SqlLayout sqlLayout(TableSpec<T> spec, SqlNames names, List<Field<T, ?>> fields) {
        spec.columns().keySet().forEach(drafts::resolve);
        List<String> columns = fields.stream()
                .map(field ->
                        SqlNames.checked(spec.columns().getOrDefault(field.name(), SqlNames.snakeCase(field.name()))))
                .toList();
        if (new HashSet<>(columns.stream().map(SqlNames::folded).toList()).size() < columns.size()) {
            throw refused("two fields share a column; names that differ only in case count as one");
        }
        List<SqlLayout.Index> indexes = spec.indexes().stream()
                .map(drafts::resolveAll)
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
                .forEach((field, column) ->
                        former.put(columns.get(drafts.resolve(field).index()), SqlNames.checked(column)));
        if (former.values().stream().anyMatch(columns::contains)) {
            throw refused("a former column is the column of a field");
        }
        return new SqlLayout(SqlNames.checked(spec.table()), columns, names.of(List.of(), "pk"), indexes, former);
    }

    private @Nullable Field<T, ?> expiryField() {
        Field<T, ?> field = drafts.resolveIfGiven(expiry);
        if (field != null && field.type().kind() != FieldType.Kind.INSTANT) {
            throw refused("field " + expiry + " says when a record expires and has to be an instant");
        }
        return field;
    }

    private @Nullable Field<T, ?> versionField(
            KeyValueLayout keyValue, List<Field<T, ?>> partitionKey, List<Field<T, ?>> identity) {
        Field<T, ?> field = drafts.resolveIfGiven(version);
        if (field == null) {
            return null;
        }
        if (!field.type().equals(FieldType.LONG) || field.nullable()) {
            throw refused("field " + version + " counts versions and has to be a long that is never missing");
        }
        if (partitionKey.contains(field) || identity.contains(field)) {
            throw refused("field " + version + " counts versions and can't be part of the key");
        }
        if (keyValue.place(field.index()).source() != KeyValueLayout.Source.MEMBER) {
            throw refused("field " + version + " counts versions and has to be a member of the blob");
        }
        return field;
    }

    private IllegalArgumentException refused(String reason) {
        return drafts.refused(reason);
    }
}
