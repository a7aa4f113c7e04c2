package io.storeway;

import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.layout.KeyValueLayout;
import io.storeway.layout.SqlLayout;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a record is: its fields, its key, its rules, and its two layouts. Immutable; built once and shared.
 *
 * <pre>{@code
 * record WatchlistEntry(String chatId, String ticker) {}
 *
 * static final EntityType<WatchlistEntry> WATCHLISTS = EntityType.of(WatchlistEntry.class)
 *         .named("watchlists")
 *         .partitionedBy(WatchlistEntry::chatId)
 *         .identifiedBy(WatchlistEntry::ticker)
 *         .references(WatchlistEntry::chatId, USERS, OnDelete.CASCADE)
 *         .keyValue("watchlist:{chatId}", Blob.arrayOf(WatchlistEntry::ticker))
 *         .sql(table -> table.index(WatchlistEntry::ticker))
 *         .build();
 * }</pre>
 *
 * <p>All records with the same partition key are a partition: the unit of atomicity, of one blob, of ordering and of
 * migration. The identity names a record within its partition; partition key and identity together are its key.
 *
 * @param <T> the record: a Java record class, or {@link Row}
 */
public final class EntityType<T> {

    /** The name of the hidden field that holds the place of a record in an ordered partition. */
    public static final String POSITION = "position";

    private final String name;
    private final List<Field<T, ?>> fields;
    private final Map<String, Field<T, ?>> byName;
    private final List<Field<T, ?>> partitionKey;
    private final List<Field<T, ?>> identity;
    private final List<Field<T, ?>> key;
    private final @Nullable Field<T, ?> position;
    private final @Nullable Field<T, ?> expiry;
    private final @Nullable Field<T, ?> version;
    private final List<UniqueKey> uniqueKeys;
    private final List<Reference> references;
    private final List<Check> checks;
    private final KeyValueLayout keyValue;
    private final SqlLayout sql;
    private final RecordBinding<T> binding;
    private final boolean holdsWhatIsStored;

    EntityType(Parts<T> parts) {
        this.name = parts.name;
        this.fields = List.copyOf(parts.fields);
        this.byName = new LinkedHashMap<>();
        fields.forEach(field -> byName.put(field.name(), field));
        this.partitionKey = List.copyOf(parts.partitionKey);
        this.identity = List.copyOf(parts.identity);
        List<Field<T, ?>> all = new ArrayList<>(partitionKey);
        all.addAll(identity);
        this.key = List.copyOf(all);
        this.position = parts.position;
        this.expiry = parts.expiry;
        this.version = parts.version;
        this.uniqueKeys = List.copyOf(parts.uniqueKeys);
        this.checks = List.copyOf(parts.checks);
        this.keyValue = parts.keyValue;
        this.sql = parts.sql;
        this.binding = parts.binding;
        this.holdsWhatIsStored = parts.fields.stream().noneMatch(Field::converts);
        this.references = List.copyOf(parts.references.apply(this));
    }

    /** What the builder hands over. */
    record Parts<T>(
            String name,
            List<Field<T, ?>> fields,
            List<Field<T, ?>> partitionKey,
            List<Field<T, ?>> identity,
            @Nullable Field<T, ?> position,
            @Nullable Field<T, ?> expiry,
            @Nullable Field<T, ?> version,
            List<UniqueKey> uniqueKeys,
            Function<EntityType<T>, List<Reference>> references,
            List<Check> checks,
            KeyValueLayout keyValue,
            SqlLayout sql,
            RecordBinding<T> binding) {}

    /**
     * Starts an entity type from a Java record: its components are the fields. Those that may be missing are
     * named with {@link EntityTypeBuilder#nullable}.
     *
     * <p>Their types are known from String, boolean, int, long, double and their wrappers, {@link java.time.Instant} (in
     * milliseconds), {@link java.time.LocalDate}, byte[], {@link Json}, lists of these, {@link java.util.UUID} (as text) and
     * enums (by name). A BigDecimal is declared by {@link EntityTypeBuilder#type}, any other by {@link
     * EntityTypeBuilder#convert}.
     *
     * @throws IllegalArgumentException if the record can't be reached from here (then give a lookup)
     */
    public static <T extends Record> EntityTypeBuilder<T> of(Class<T> recordClass) {
        EntityType.class.getModule().addReads(recordClass.getModule()); // An open package can't be looked into unread.
        return of(recordClass, MethodHandles.lookup());
    }

    /** As {@link #of(Class)}, for a record in a package that is not open to Storeway's module. */
    public static <T extends Record> EntityTypeBuilder<T> of(Class<T> recordClass, MethodHandles.Lookup lookup) {
        EntityTypeBuilder<T> builder =
                new EntityTypeBuilder<>(recordClass.getSimpleName(), RecordBinding.of(recordClass, lookup));
        RecordFields.of(recordClass).forEach(builder::add);
        return builder;
    }

    /** Starts an entity type that has no Java class; its records are {@link Row}s. */
    public static EntityTypeBuilder<Row> ofRows(String name) {
        return new EntityTypeBuilder<>(name, RecordBinding.rows());
    }

    /** The name, unique within a catalog. */
    public String name() {
        return name;
    }

    /** All fields in order; that of the position, if there is one, is the last. */
    public List<Field<T, ?>> fields() {
        return fields;
    }

    /**
     * The field of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Field<T, ?> field(String fieldName) {
        Field<T, ?> field = byName.get(fieldName);
        if (field == null) {
            throw new IllegalArgumentException(
                    name + " has no field " + fieldName + "; it has " + String.join(", ", byName.keySet()));
        }
        return field;
    }

    /**
     * The field that the reference names.
     *
     * @throws IllegalArgumentException if there is none
     */
    @SuppressWarnings("unchecked") // The accessor's result type is the component's type.
    public <V extends @Nullable Object> Field<T, V> field(FieldRef<T, V> ref) {
        return (Field<T, V>) field(NamedField.of(ref));
    }

    /** The fields of the partition key; empty if all records are one partition. */
    public List<Field<T, ?>> partitionKey() {
        return partitionKey;
    }

    /** The fields that name a record within its partition; empty if a partition is one record. */
    public List<Field<T, ?>> identity() {
        return identity;
    }

    /** The fields of the partition key followed by those of the identity: the primary key. */
    public List<Field<T, ?>> key() {
        return key;
    }

    /** The hidden field that holds a record's place, from 0, if the partitions are ordered. */
    public Optional<Field<T, ?>> position() {
        return Optional.ofNullable(position);
    }

    /** The field with the instant from which on a record counts as absent, if there is one. */
    public Optional<Field<T, ?>> expiry() {
        return Optional.ofNullable(expiry);
    }

    /** The field that counts the changes of a record, if there is one; a long that is never missing. */
    public Optional<Field<T, ?>> version() {
        return Optional.ofNullable(version);
    }

    /** Unique keys besides the primary key. */
    public List<UniqueKey> uniqueKeys() {
        return uniqueKeys;
    }

    /** The references to records of other entity types, or of this one. */
    public List<Reference> references() {
        return references;
    }

    /** The rules on single fields. */
    public List<Check> checks() {
        return checks;
    }

    /** The layout in a key-value store. */
    public KeyValueLayout keyValue() {
        return keyValue;
    }

    /** The layout in a SQL database. */
    public SqlLayout sql() {
        return sql;
    }

    /** The column names of fields. */
    public List<String> columns(List<? extends Field<?, ?>> of) {
        return of.stream().map(field -> sql.columns().get(field.index())).toList();
    }

    /**
     * The row of a record.
     *
     * @throws InvalidValueException if a value can't be held exactly by its field
     */
    public Row toRow(T item) {
        return binding.toRow(this, item);
    }

    /** Whether records hold all values in their stored form. */
    boolean holdsWhatIsStored() {
        return holdsWhatIsStored;
    }

    /**
     * The record of a row.
     *
     * @throws InvalidValueException if a converter has no value for a stored one; it names the field and the redacted key
     */
    public T fromRow(Row row) {
        try {
            return binding.fromRow(this, row);
        } catch (InvalidValueException e) {
            ErrorContext of = e.context();
            throw new InvalidValueException(
                    e.where(),
                    e.reason(),
                    new ErrorContext(
                            of.operation(), of.backend(), name, row.key().redacted()),
                    e.getCause());
        }
    }

    /**
     * An equal row that always returns the same record object, for authors of caches. Returns the row itself if record objects can't be
     * shared, because one caller could change what another one sees.
     */
    public Row shared(Row row) {
        return binding.shared(this, row);
    }

    /**
     * Checks a row against the rules about single rows: required values and checks.
     *
     * @throws ConstraintViolationException if one is broken
     */
    public void check(Row row, ErrorContext context) {
        for (Field<T, ?> field : fields) {
            if (row.get(field.index()) == null && !field.nullable() && field != position) {
                throw new ConstraintViolationException(
                        ConstraintKind.NOT_NULL,
                        sql.notNullName(field.index()),
                        columns(List.of(field)),
                        context,
                        null);
            }
        }
        for (Check check : checks) {
            Object value = row.get(check.field().index());
            if (value != null && !check.passes(value)) {
                throw new ConstraintViolationException(
                        ConstraintKind.CHECK, check.name(), columns(List.of(check.field())), context, null);
            }
        }
    }

    /** The partition key within the key of a record. */
    public Key partitionOf(Key record) {
        return identity.isEmpty() ? record : new Key(record.values().subList(0, partitionKey.size()));
    }

    /**
     * Checks the values of a key and returns them in their stored form.
     *
     * @param of the fields of the key
     * @throws InvalidValueException if the number or a type of the values is wrong
     */
    @SuppressWarnings("ReferenceEquality") // Whether a value became another object is what is asked.
    public Key checkKey(List<? extends Field<?, ?>> of, Key given) {
        if (given.values().size() != of.size()) {
            throw new InvalidValueException(
                    "key",
                    "expected the values of (" + String.join(", ", Field.names(of)) + "), got "
                            + given.values().size(),
                    new ErrorContext("key", null, name, null),
                    null);
        }
        Key checked = given;
        for (int i = 0; i < of.size(); i++) {
            Field<?, ?> field = of.get(i);
            Object value = given.values().get(i);
            Object kept = normalized(field.index(), field.keyValue(value));
            if (kept != value) {
                checked = checked.with(i, kept);
            }
        }
        return checked;
    }

    /**
     * Checks that a query's field belongs to this type, or to an equal one that was built separately.
     *
     * @throws IllegalArgumentException if it belongs to another type
     */
    @SuppressWarnings("ReferenceEquality") // A field is mostly this type's own.
    void requireField(Field<?, ?> given) {
        Field<T, ?> own = given.index() < fields.size() ? fields.get(given.index()) : null;
        if (own == given
                || (own != null
                        && given.entity().equals(name)
                        && given.name().equals(own.name())
                        && given.type().equals(own.type()))) {
            return;
        }
        throw new IllegalArgumentException("The field " + given.name() + " belongs to "
                + (given.entity().equals(name)
                        ? "another version of "
                        : "the entity type " + given.entity() + ", not to ")
                + name + ", which the query reads; take it from the type that the repository was asked for");
    }

    /**
     * The row with the next version; the row itself if the type has no version.
     *
     * @throws InvalidValueException if there is no greater version
     */
    public Row withNextVersion(Row row) {
        if (version == null || !(row.get(version.index()) instanceof Long current)) {
            return row;
        }
        if (current == Long.MAX_VALUE) {
            throw new InvalidValueException(
                    version.name(), "there is no greater version", new ErrorContext("update", null, name, null), null);
        }
        return row.with(version.index(), current + 1);
    }

    @Nullable
    Object normalize(int index, @Nullable Object value) {
        return value == null ? null : normalized(index, value);
    }

    private Object normalized(int index, Object value) {
        Field<T, ?> field = fields.get(index);
        try {
            return field.type().normalize(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(
                    field.name(), String.valueOf(e.getMessage()), new ErrorContext("bind", null, name, null), e);
        }
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }
}
