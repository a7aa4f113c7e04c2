package io.storeway.kv.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Json;
import io.storeway.Row;
import io.storeway.kv.internal.MemberTree.Member;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.layout.KeyValueLayout.Source;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a row as the JSON text of an item: members in field order, missing ones left out, then the members of the rest.
 * Equal rows give equal bytes.
 */
final class ItemEncoder {

    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");

    private final MemberTree members;
    private final @Nullable Field<?, ?> element;
    private final @Nullable FieldCodec elementCodec;
    private final int elementIsNumber;
    private final int rest;

    ItemEncoder(EntityType<?> type, MemberTree members) {
        this.members = members;
        this.element = type.keyValue().shape() == Shape.ARRAY_OF_SCALARS
                ? Places.only(type, Source.ELEMENT).orElseThrow()
                : null;
        this.elementCodec = element == null
                ? null
                : new FieldCodec(element.type(), type.keyValue().place(element.index()));
        this.elementIsNumber = Places.indexOf(type, Source.ELEMENT_IS_NUMBER);
        this.rest = Places.indexOf(type, Source.REST);
    }

    /**
     * The text of an item.
     *
     * @param hidden members of the item's older text that no field names, which are kept; or null
     * @throws IllegalArgumentException if the row can't be written so that it is read again as an equal one
     */
    byte[] encode(Row row, Json.@Nullable Obj hidden) {
        JsonBytes out = new JsonBytes();
        try (JsonGenerator generator = StrictJson.generator(out)) {
            if (elementIsNumber >= 0 && element != null && row.get(elementIsNumber) != null) {
                generator.writeNumber(integer(row, element));
            } else if (elementCodec != null && element != null) {
                elementCodec.write(generator, required(row, element));
            } else if (rest >= 0) {
                write(generator, members, row, restOf(row), true);
            } else {
                write(generator, members, row, hidden == null ? Map.of() : hidden.members(), false);
            }
        } catch (IOException e) {
            throw new UnfitException(
                    "the record can't be written as JSON of at most " + StrictJson.MAX_DEPTH + " levels");
        }
        return out.bytes();
    }

    private String integer(Row row, Field<?, ?> field) {
        String text = (String) required(row, field);
        if (!Boolean.TRUE.equals(row.get(elementIsNumber))
                || !INTEGER.matcher(text).matches()) {
            throw new UnfitException("the field that says whether " + field.name()
                    + " was a number is missing, or true with the text of a whole number");
        }
        return text;
    }

    private static Object required(Row row, Field<?, ?> field) {
        Object value = row.get(field.index());
        if (value == null) {
            throw new UnfitException("field " + field.name() + " has no value");
        }
        return value;
    }

    private Map<String, Json> restOf(Row row) {
        Object value = row.get(rest);
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Json.Obj object && !object.members().isEmpty()) {
            return object.members();
        }
        throw new UnfitException("the field that takes the rest is an object with members, or missing");
    }

    /**
     * Writes an object.
     *
     * @param extra members beside those of the tree
     * @param exact whether the extra members are the value of a rest field, which has to be read again as an equal one
     */
    private static void write(JsonGenerator out, MemberTree tree, Row row, Map<String, Json> extra, boolean exact)
            throws IOException {
        out.writeStartObject();
        for (Map.Entry<String, MemberTree> child : tree.children.entrySet()) {
            MemberTree node = child.getValue();
            Json beside = extra.get(child.getKey());
            Member member = node.member();
            if (member == null) {
                writeNested(out, child.getKey(), node, row, beside, exact);
            } else {
                writeMember(out, child.getKey(), member, row, beside, exact);
            }
        }
        for (Map.Entry<String, Json> other : extra.entrySet()) {
            if (!tree.children.containsKey(other.getKey())) {
                out.writeFieldName(StrictJson.wellFormed(other.getKey()));
                StrictJson.write(out, other.getValue());
            }
        }
        out.writeEndObject();
    }

    private static void writeMember(
            JsonGenerator out, String name, Member member, Row row, @Nullable Json beside, boolean exact)
            throws IOException {
        Object value = member.former() ? null : row.get(member.field().index());
        boolean besideNull = beside instanceof Json.Null && !member.writesNull() && !member.isJson();
        if (exact && beside != null && (member.former() || !(besideNull && value == null))) {
            throw new UnfitException("the rest names member " + name + ", which field "
                    + member.field().name() + " holds");
        }
        if (value != null) {
            out.writeFieldName(name);
            member.codec().write(out, value);
        } else if (!member.former() && member.writesNull() && member.isJson()) {
            throw new UnfitException("field " + member.field().name()
                    + " is missing, and a blob can't say so: it has a default value, and null is a value of JSON");
        } else if (!member.former() && (member.writesNull() || besideNull)) {
            out.writeNullField(name);
        }
    }

    private static void writeNested(
            JsonGenerator out, String name, MemberTree node, Row row, @Nullable Json beside, boolean exact)
            throws IOException {
        boolean holds = node.holds(row);
        if (beside instanceof Json.Obj object
                && !(exact && holds && object.members().isEmpty())) {
            out.writeFieldName(name);
            write(out, node, row, object.members(), exact);
        } else if (exact && beside != null && (holds || !(beside instanceof Json.Null))) {
            throw new UnfitException("the rest names member " + name + ", which holds fields");
        } else if (holds) {
            out.writeFieldName(name);
            write(out, node, row, Map.of(), exact);
        } else if (beside != null) {
            out.writeNullField(name);
        }
    }
}
