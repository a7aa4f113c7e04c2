package io.storeway.cli.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An entity type in a catalog file. */
record TypeNode(
        List<String> partition,
        List<String> key,
        boolean onePartition,
        boolean ordered,
        @JsonProperty(required = true) Map<String, FieldNode> fields,
        @Nullable String expiresAt,
        @Nullable String version,
        List<List<String>> unique,
        List<ReferenceNode> references,
        @Nullable KeyValueNode keyValue,
        @Nullable SqlNode sql) {

    /** Lists that are left out are empty. */
    TypeNode {
        partition = Objects.requireNonNullElse(partition, List.of());
        key = Objects.requireNonNullElse(key, List.of());
        unique = Objects.requireNonNullElse(unique, List.of());
        references = Objects.requireNonNullElse(references, List.of());
    }

    /** A reference. */
    record ReferenceNode(
            @JsonProperty(required = true) String field,
            @JsonProperty(required = true) String to,
            @JsonProperty(required = true) String onDelete) {}

    /** The key-value layout. */
    record KeyValueNode(
            @JsonProperty(required = true) String key,
            @JsonProperty(required = true) String blob) {}

    /** The SQL layout. */
    record SqlNode(@Nullable String table, List<List<String>> indexes) {

        /** A list that is left out is empty. */
        SqlNode {
            indexes = Objects.requireNonNullElse(indexes, List.of());
        }
    }
}
