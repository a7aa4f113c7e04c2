package io.storeway.cli.catalog;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A field in a catalog file: only the name of its type, or an object. */
record FieldNode(
        @JsonProperty(required = true) String type,
        boolean nullable,
        @JsonProperty("default") @Nullable JsonNode defaultValue,
        List<JsonNode> oneOf,
        List<JsonNode> range,
        @Nullable String at,
        @Nullable String formerlyAt,
        @Nullable String form,
        @Nullable String place,
        @Nullable String plus,
        @Nullable String column,
        @Nullable String formerColumn) {

    /** Lists that are left out are empty. */
    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    FieldNode {
        oneOf = Objects.requireNonNullElse(oneOf, List.of());
        range = Objects.requireNonNullElse(range, List.of());
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static FieldNode ofType(String type) {
        return new FieldNode(type, false, null, List.of(), List.of(), null, null, null, null, null, null, null);
    }
}
