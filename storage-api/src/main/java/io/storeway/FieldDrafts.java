package io.storeway;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of an entity type while it is being described, and the built fields by name. */
final class FieldDrafts<T> {

    private final Map<String, RecordFields.Draft> drafts = new LinkedHashMap<>();
    private final Map<String, Object> defaults = new LinkedHashMap<>();
    private final Map<String, Field<T, ?>> built = new LinkedHashMap<>();
    private String entity;

    FieldDrafts(String entity) {
        this.entity = entity;
    }

    void named(String name) {
        this.entity = name;
    }

    void put(RecordFields.Draft draft) {
        drafts.put(draft.name(), draft);
    }

    void declare(String name, FieldType type) {
        if (drafts.containsKey(name)) {
            throw refused("field " + name + " is declared twice");
        }
        put(RecordFields.Draft.of(name, type));
    }

    RecordFields.Draft draft(String name) {
        RecordFields.Draft draft = drafts.get(name);
        if (draft == null) {
            throw noField(name);
        }
        return draft;
    }

    void nullable(String name) {
        RecordFields.Draft old = draft(name);
        if (old.primitive()) {
            throw refused("field " + name + " is of a primitive type and can't be missing");
        }
        put(old.missing());
    }

    void type(String name, FieldType type) {
        RecordFields.Draft old = draft(name);
        if (!old.takes(type)) {
            throw refused("field " + name + " is no " + type + " in its record");
        }
        put(old.typed(type));
    }

    void convert(String name, Converter<?, ?> converter) {
        RecordFields.Draft old = draft(name);
        if (!old.holds(converter)) {
            throw refused("field " + name + " is no " + converter.javaType().getName() + " in its record");
        }
        put(old.converted(converter));
    }

    void defaultValue(String name, Object stored) {
        defaults.put(name, stored);
    }

    /** The stored values of enum fields without a converter, by field; a new map. */
    Map<String, List<Object>> constants() {
        Map<String, List<Object>> constants = new LinkedHashMap<>();
        for (RecordFields.Draft draft : drafts.values()) {
            if (!draft.allowed().isEmpty()) {
                constants.put(draft.name(), draft.allowed());
            }
        }
        return constants;
    }

    /** Builds the fields in their order; that of the position, if there is one, is the last. */
    List<Field<T, ?>> build(boolean ordered) {
        if (ordered) {
            if (drafts.containsKey(EntityType.POSITION)) {
                throw refused("an ordered type has no field of its own named " + EntityType.POSITION);
            }
            put(RecordFields.Draft.of(EntityType.POSITION, FieldType.INTEGER));
        }
        defaults.keySet().forEach(this::draft);
        for (RecordFields.Draft draft : drafts.values()) {
            FieldType type = draft.type();
            if (type == null) {
                throw refused("field " + draft.name() + undeclared(draft.component()));
            }
            Object defaultValue = defaults.get(draft.name());
            built.put(
                    draft.name(),
                    new Field<>(
                            entity,
                            draft.name(),
                            built.size(),
                            type,
                            draft.nullable(),
                            defaultValue == null ? null : stored(draft.name(), type, defaultValue),
                            draft.binding()));
        }
        return List.copyOf(built.values());
    }

    private static String undeclared(@Nullable Class<?> component) {
        if (component == BigDecimal.class) {
            return " is a BigDecimal; say how many digits it has: type(…, FieldType.decimal(12, 2))";
        }
        if (component == List.class) {
            return " is a List; say of what: type(…, FieldType.listOf(…)), or store it by a converter: convert(…)";
        }
        return " is a " + (component == null ? "value" : component.getSimpleName())
                + ", which no type of a field holds; store it by a converter, for example as text or JSON: convert(…)";
    }

    /** The built fields of these names. */
    List<Field<T, ?>> resolveAll(List<String> names) {
        List<Field<T, ?>> fields = new ArrayList<>(names.size());
        names.forEach(name -> fields.add(resolve(name)));
        return fields;
    }

    Field<T, ?> resolve(String name) {
        Field<T, ?> field = built.get(name);
        if (field == null) {
            throw noField(name);
        }
        return field;
    }

    @Nullable
    Field<T, ?> resolveIfGiven(@Nullable String name) {
        return name == null ? null : resolve(name);
    }

    Object stored(String fieldName, FieldType type, Object value) {
        try {
            return type.normalize(value instanceof Enum<?> constant ? constant.name() : value);
        } catch (IllegalArgumentException e) {
            throw refused("field " + fieldName + " can't hold a value that is given for it: " + e.getMessage());
        }
    }

    IllegalArgumentException refused(String reason) {
        return new IllegalArgumentException("Entity type " + entity + ": " + reason);
    }

    private IllegalArgumentException noField(String name) {
        return refused("there is no field " + name + "; there are " + String.join(", ", drafts.keySet()));
    }
}
