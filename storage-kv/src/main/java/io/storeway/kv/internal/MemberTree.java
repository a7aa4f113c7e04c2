package io.storeway.kv.internal;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Row;
import io.storeway.layout.KeyValueLayout;
import io.storeway.layout.KeyValueLayout.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of an object by name, each a field or an object that holds fields; in field order. */
final class MemberTree {

    final Map<String, MemberTree> children = new LinkedHashMap<>();
    final String path;
    private @Nullable Member member;

    private MemberTree(String path) {
        this.path = path;
    }

    /**
     * A field that is a member.
     *
     * @param writesNull whether a missing value is written as null, because an absent member is read as the default value
     * @param isJson whether the field holds JSON, so that null is one of its values
     * @param former whether this is a former place of the field, where it is only read if it is missing at its present one
     */
    record Member(
            Field<?, ?> field,
            FieldCodec codec,
            boolean repeatsKey,
            boolean writesNull,
            boolean isJson,
            boolean former) {}

    static MemberTree of(EntityType<?> type) {
        MemberTree root = new MemberTree("");
        KeyValueLayout layout = type.keyValue();
        for (Field<?, ?> field : type.fields()) {
            KeyValueLayout.Place place = layout.place(field.index());
            if (place.source() != Source.MEMBER && place.source() != Source.KEY_AND_MEMBER) {
                continue;
            }
            root.add(place.path(), field, place, false);
            place.former().forEach(path -> root.add(path, field, place, true));
        }
        return root;
    }

    private void add(List<String> names, Field<?, ?> field, KeyValueLayout.Place place, boolean former) {
        MemberTree node = this;
        for (String name : names) {
            String longer = node.path.isEmpty() ? name : node.path + "." + name;
            node = node.children.computeIfAbsent(name, absent -> new MemberTree(longer));
        }
        node.member = new Member(
                field,
                new FieldCodec(field.type(), place),
                place.source() == Source.KEY_AND_MEMBER,
                field.nullable() && field.defaultValue() != null,
                field.type().kind() == FieldType.Kind.JSON,
                former);
    }

    /** The field at this place, or null if the place is an object that holds fields. */
    @Nullable
    Member member() {
        return member;
    }

    /** Whether something is written here for the row. */
    boolean holds(Row row) {
        Member leaf = member;
        if (leaf != null) {
            return !leaf.former() && (leaf.writesNull() || row.get(leaf.field().index()) != null);
        }
        return children.values().stream().anyMatch(child -> child.holds(row));
    }
}
