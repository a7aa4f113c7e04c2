package io.storeway.examples.kvapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with.
 *
 * @param headers besides those that every answer has
 * @param body null for none
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
