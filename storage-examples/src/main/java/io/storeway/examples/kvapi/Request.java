package io.storeway.examples.kvapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a request strictly: an unknown parameter or member is refused, and the error lists the known ones. */
record Request(HttpExchange exchange, String root) {

    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Limits.BODY_BYTES)
                        .maxNestingDepth(100)
                        .build());
    }

    String method() {
        return exchange.getRequestMethod();
    }

    @Nullable
    String header(String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    /** The path after the root and its slash, still percent-encoded; null for the root itself. */
    @Nullable
    String rest() {
        String path = exchange.getRequestURI().getRawPath().substring(root.length());
        if (path.isEmpty() || path.equals("/")) {
            return null;
        }
        if (!path.startsWith("/")) {
            throw new ApiException(404, "not_found", "Not found; the API is at " + root);
        }
        return path.substring(1);
    }

    /** The parameters of the query, which must be among the known ones. */
    Map<String, String> query(Set<String> known) {
        Map<String, String> query = new LinkedHashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String part : raw == null || raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = decoded(equals < 0 ? part : part.substring(0, equals), true);
            String value = equals < 0 ? "" : decoded(part.substring(equals + 1), true);
            if (!known.contains(name)) {
                throw ApiException.badRequest(
                        "unknown_parameter",
                        "Known parameters are "
                                + String.join(", ", known.stream().sorted().toList()));
            }
            if (query.put(name, value) != null) {
                throw ApiException.badRequest("invalid_parameter", "The parameter " + name + " is given twice");
            }
        }
        return query;
    }

    /**
     * Decodes percent-encoded UTF-8.
     *
     * @param form whether a plus stands for a space, as in a query
     */
    static String decoded(String text, boolean form) {
        try {
            // As ISO 8859-1 first, one character for each byte, so that bytes which are not UTF-8 can be refused.
            String bytes = URLDecoder.decode(form ? text : text.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw ApiException.badRequest("invalid_encoding", "The URL is not percent-encoded UTF-8");
        }
    }

    /** The body: a JSON object with no members but the known ones. */
    ObjectNode body(Set<String> known) throws IOException {
        String type = header("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).matches("application/json\\s*(;.*)?")) {
            throw new ApiException(415, "unsupported_media_type", "Send JSON, with Content-Type: application/json");
        }
        byte[] bytes = exchange.getRequestBody().readNBytes(Limits.BODY_BYTES + 1);
        if (bytes.length > Limits.BODY_BYTES) {
            throw new ApiException(413, "too_large", "A body may have at most " + Limits.BODY_BYTES + " bytes");
        }
        JsonNode body;
        try {
            body = JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw ApiException.badRequest(
                    "invalid_json",
                    "The body is not JSON"
                            + (e.getLocation() == null
                                    ? ""
                                    : " at line " + e.getLocation().getLineNr() + ", column "
                                            + e.getLocation().getColumnNr()));
        }
        return object(body, known);
    }

    /** The node as an object with no members but the known ones. */
    static ObjectNode object(@Nullable JsonNode node, Set<String> known) {
        if (!(node instanceof ObjectNode object)) {
            throw ApiException.badRequest("invalid_body", "A JSON object is expected");
        }
        Iterator<String> names = object.fieldNames();
        while (names.hasNext()) {
            if (!known.contains(names.next())) {
                throw ApiException.badRequest(
                        "unknown_member",
                        "Known members are "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
        return object;
    }
}
