package io.storeway.examples.kvapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request.
 *
 * @param headers those that not every answer has
 * @param body null for no body
 */
record Answer(
        int status, Map<String, String> headers, @Nullable JsonNode body) {

    static Answer of(int status) {
        return new Answer(status, Map.of(), null);
    }

    static Answer ok(JsonNode body) {
        return new Answer(200, Map.of(), body);
    }
}
