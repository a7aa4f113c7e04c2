package io.storeway;

import io.storeway.layout.SqlLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The unique keys, references and checks of an entity type while it is described. */
final class RuleDrafts<T> {

    private final List<List<String>> uniqueKeys = new ArrayList<>();
    private final List<ReferenceDraft> references = new ArrayList<>();
    private final Map<String, List<Object>> allowed = new LinkedHashMap<>();
    private final Map<String, Bounds> ranges = new LinkedHashMap<>();

    /** A reference, to the type itself if no target is given. */
    private record ReferenceDraft(String field, @Nullable EntityType<?> target, OnDelete onDelete) {}

    private record Bounds(Object low, Object high) {}

    void unique(List<String> fields) {
        uniqueKeys.add(fields);
    }

    void reference(String field, @Nullable EntityType<?> target, OnDelete onDelete) {
        references.add(new ReferenceDraft(field, target, onDelete));
    }

    void oneOf(String field, List<Object> values) {
        allowed.put(field, values);
    }

    void range(String field, Object low, Object high) {
        ranges.put(field, new Bounds(low, high));
    }

    List<UniqueKey> uniqueKeys(FieldDrafts<T> fields, SqlLayout sql, SqlNames names) {
        return uniqueKeys.stream()
                .map(fields::resolveAll)
                .map(key -> new UniqueKey(names.of(columns(sql, key), "uq"), key))
                .toList();
    }

    /** The references of a type whose key is known. */
    List<Reference> references(EntityType<T> self, FieldDrafts<T> fields, SqlNames names) {
        List<Reference> built = new ArrayList<>();
        for (ReferenceDraft draft : references) {
            EntityType<?> target = draft.target() == null ? self : draft.target();
            List<Field<T, ?>> from = List.of(fields.resolve(draft.field()));
            List<? extends Field<?, ?>> to = target.key();
            if (to.size() != 1 || !from.get(0).type().equals(to.get(0).type())) {
                throw fields.refused("the reference to " + target.name() + " has to hold that type's key ("
                        + String.join(", ", Field.names(to)) + ")");
            }
            built.add(new Reference(names.of(columns(self.sql(), from), "fk"), from, target, draft.onDelete()));
        }
        return built;
    }

    List<Check> checks(FieldDrafts<T> fields, SqlLayout sql, SqlNames names) {
        List<Check> checks = new ArrayList<>();
        Map<String, List<Object>> sets = fields.constants();
        sets.putAll(allowed);
        sets.forEach((name, values) -> {
            Field<T, ?> field = ordered(name, fields);
            checks.add(new Check.OneOf(
                    names.of(columns(sql, List.of(field)), "ck"),
                    field,
                    values.stream()
                            .map(value -> fields.stored(name, field.type(), value))
                            .toList()));
        });
        ranges.forEach((name, bounds) -> {
            Field<T, ?> field = ordered(name, fields);
            if (sets.containsKey(name)) {
                throw fields.refused("field " + name + " has both a range and a set of allowed values");
            }
            Object low = fields.stored(name, field.type(), bounds.low());
            Object high = fields.stored(name, field.type(), bounds.high());
            if (field.type().compare(low, high) > 0) {
                throw fields.refused(
                        "field " + name + " lies between " + field.type().format(low) + " and "
                                + field.type().format(high) + ", and nothing does; give the lower value first");
            }
            checks.add(new Check.Range(names.of(columns(sql, List.of(field)), "ck"), field, low, high));
        });
        for (Check check : checks) {
            Object defaultValue = check.field().defaultValue();
            if (defaultValue != null && !check.passes(defaultValue)) {
                throw fields.refused(
                        "field " + check.field().name() + " has a default value outside its declared set or range");
            }
        }
        return checks;
    }

    private static <T> Field<T, ?> ordered(String name, FieldDrafts<T> fields) {
        Field<T, ?> field = fields.resolve(name);
        if (!field.type().ordered()) {
            throw fields.refused("field " + name + " can have no rule on its values: " + field.type());
        }
        return field;
    }

    private static List<String> columns(SqlLayout sql, List<? extends Field<?, ?>> of) {
        return of.stream().map(field -> sql.columns().get(field.index())).toList();
    }
}
