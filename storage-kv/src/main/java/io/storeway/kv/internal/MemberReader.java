package io.storeway.kv.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.storeway.Field;
import io.storeway.Json;
import io.storeway.kv.internal.MemberTree.Member;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one object into the values of a row. Reads on after a fault, so that the next item is found. */
final class MemberReader {

    /** Stands for a member that is explicitly null. */
    static final Object NULL = new Object();

    private final MemberTree members;
    private final boolean keepsRest;
    private @Nullable String fault;
    private boolean more;

    MemberReader(MemberTree members, boolean keepsRest) {
        this.members = members;
        this.keepsRest = keepsRest;
    }

    /** The first fault that was found, without values, or null. */
    @Nullable
    String fault() {
        return fault;
    }

    /** Whether there were members that no field names. */
    boolean more() {
        return more;
    }

    /**
     * Reads the object at the parser's token.
     *
     * @param values takes the values of fields; empty if only the rest is wanted
     * @param key the values of the partition key by field; members that repeat them have to be equal
     * @return the members that no field names, or null if there are none or they are not wanted
     */
    @Nullable
    Map<String, Json> read(JsonParser parser, @Nullable Object[] values, @Nullable Object @Nullable [] key)
            throws IOException {
        Map<String, Json> left = object(parser, members, values, key);
        return left == null || left.isEmpty() ? null : left;
    }

    private @Nullable Map<String, Json> object(
            JsonParser parser, MemberTree tree, @Nullable Object[] values, @Nullable Object @Nullable [] key)
            throws IOException {
        Map<String, Json> left = null;
        boolean empty = true;
        JsonStreamContext here = parser.getParsingContext();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            empty = false;
            parser.nextToken();
            MemberTree node = tree.children.get(name);
            try {
                Json beside = node == null ? unknown(parser, name) : known(parser, node, values, key);
                if (beside != null) {
                    left = left == null ? new LinkedHashMap<>() : left;
                    left.put(name, beside);
                }
            } catch (IllegalArgumentException e) {
                fault(node == null ? "a member that no field names" : "member " + node.path, e.getMessage());
                while (!here.equals(parser.getParsingContext())) {
                    parser.nextToken();
                }
            }
        }
        more |= empty;
        return empty && keepsRest ? Map.of() : left;
    }

    private @Nullable Json unknown(JsonParser parser, String name) throws IOException {
        more = true;
        if (keepsRest) {
            StrictJson.wellFormed(name);
            return StrictJson.tree(parser);
        }
        parser.skipChildren();
        return null;
    }

    /** Reads a field, or an object that holds fields; returns its members that no field names. */
    private @Nullable Json known(
            JsonParser parser, MemberTree node, @Nullable Object[] values, @Nullable Object @Nullable [] key)
            throws IOException {
        JsonToken token = parser.currentToken();
        Member member = node.member();
        if (member == null) {
            if (token == JsonToken.VALUE_NULL) {
                more = true;
                return keepsRest ? Json.NULL : null;
            }
            if (token != JsonToken.START_OBJECT) {
                throw new UnfitException("expected an object");
            }
            Map<String, Json> left = object(parser, node, values, key);
            return left == null ? null : new Json.Obj(left);
        }
        if (values.length == 0) {
            parser.skipChildren();
            return null;
        }
        Field<?, ?> field = member.field();
        if (member.former() && values[field.index()] != null) {
            parser.skipChildren();
            return null;
        }
        if (token == JsonToken.VALUE_NULL && !member.isJson()) {
            values[field.index()] = NULL;
            return keepsRest && field.nullable() && !member.writesNull() && !member.former() ? Json.NULL : null;
        }
        Object value = member.codec().read(parser);
        if (member.repeatsKey() && key != null) {
            Object expected = key[field.index()];
            if (expected == null || field.type().compare(expected, value) != 0) {
                throw new UnfitException("it differs from the key");
            }
        }
        values[field.index()] = value;
        return null;
    }

    void fault(String where, @Nullable String reason) {
        if (fault == null) {
            fault = where + ": " + reason;
        }
    }
}
