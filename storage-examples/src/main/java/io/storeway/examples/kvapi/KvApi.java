package io.storeway.examples.kvapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The resources of the API. They are the same over every store; an expired entry is absent from every answer, whether it has
 * been purged or not.
 *
 * <pre>
 * GET    …/{key}                    the entry, with its version as ETag
 * PUT    …/{key}                    {"value", "base64"?, "metadata"?, "expiration"? or "expiration_ttl"?}
 * DELETE …/{key}
 * GET    …?prefix=&amp;limit=&amp;cursor=   names in the order of their UTF-8 bytes
 * POST   …/batch                    {"keys": […]}: the entries, null for one that is absent
 * POST   …/bulk                     {"entries": [{"key", …} or {"key", "delete": true}]}: all or none
 * </pre>
 */
final class KvApi {

    private static final Set<String> BULK_MEMBERS = Stream.concat(
                    EntryJson.WRITTEN.stream(), Stream.of("key", "delete"))
            .collect(Collectors.toUnmodifiableSet());
    /** How many pages of the store a listing reads at most, if most entries have expired. */
    private static final int MAX_PAGES = 20;

    private final KeyValueStore store;
    private final Clock clock;

    KvApi(KeyValueStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    Answer answer(Request request) throws IOException {
        String rest = request.rest();
        String method = request.method();
        if (rest == null) {
            return method.equals("GET") ? list(request) : notAllowed("GET");
        }
        if (method.equals("POST")) {
            return switch (rest) {
                case "batch" -> batch(request);
                case "bulk" -> bulk(request);
                default -> notAllowed("GET, HEAD, PUT, DELETE");
            };
        }
        String key = Limits.key(Request.decoded(rest, false), store);
        request.query(Set.of());
        return switch (method) {
            case "GET", "HEAD" -> get(request, key);
            case "PUT" -> put(request, key);
            case "DELETE" -> delete(request, key);
            default -> notAllowed("GET, HEAD, PUT, DELETE");
        };
    }

    private static Answer notAllowed(String allowed) {
        ObjectNode error = Errors.json("method_not_allowed", "Allowed here: " + allowed);
        return new Answer(405, Map.of("Allow", allowed), error);
    }

    private Answer get(Request request, String key) {
        Entry entry = present(store.get(key));
        if (entry == null) {
            throw new ApiException(404, "not_found", "There is no entry with this key");
        }
        Map<String, String> tag = Map.of("ETag", tag(entry));
        return tag(entry).equals(request.header("If-None-Match"))
                ? new Answer(304, tag, null)
                : new Answer(200, tag, EntryJson.full(entry));
    }

    private Answer put(Request request, String key) throws IOException {
        Write write = EntryJson.write(key, request.body(EntryJson.WRITTEN), clock.instant());
        store.commit(conditions(request, key), List.of(write));
        return Answer.of(204);
    }

    private Answer delete(Request request, String key) {
        store.commit(conditions(request, key), List.of(Write.delete(key)));
        return Answer.of(204);
    }

    /** Checks If-Match and If-None-Match, and makes them an expectation that holds at the moment of the commit. */
    private List<Expectation> conditions(Request request, String key) {
        String match = request.header("If-Match");
        String noneMatch = request.header("If-None-Match");
        if (match == null && noneMatch == null) {
            return List.of();
        }
        if (noneMatch != null && !noneMatch.equals("*")) {
            throw ApiException.badRequest("invalid_condition", "A write takes If-None-Match: * or If-Match: ETAG");
        }
        Entry stored = store.get(key);
        Entry entry = present(stored);
        boolean met = (noneMatch == null || entry == null)
                && (match == null || (entry != null && (match.equals("*") || match.equals(tag(entry)))));
        if (!met) {
            throw Errors.changed();
        }
        return List.of(new Expectation(key, stored == null ? 0 : stored.version()));
    }

    private Answer list(Request request) {
        Map<String, String> query = request.query(Set.of("prefix", "limit", "cursor"));
        String prefix = query.getOrDefault("prefix", "");
        int limit = limit(query.getOrDefault("limit", String.valueOf(Limits.PAGE)));
        String given = query.get("cursor");
        @Nullable
        String cursor = given == null ? null : ListCursor.parse(given, prefix).next();
        List<Entry> found = new ArrayList<>();
        int pages = 0;
        do {
            Listing page = store.list(prefix, cursor, limit - found.size());
            page.entries().stream()
                    .filter(entry -> !entry.key().startsWith(KeyTemplate.RESERVED_PREFIX))
                    .filter(entry -> present(entry) != null)
                    .forEach(found::add);
            cursor = page.next();
            pages++;
        } while (cursor != null && found.size() < limit && pages < MAX_PAGES);
        ObjectNode answer = Request.JSON.createObjectNode();
        ArrayNode keys = answer.putArray("keys");
        found.forEach(entry -> keys.add(EntryJson.name(entry)));
        answer.put("list_complete", cursor == null);
        if (cursor != null) {
            answer.put("cursor", new ListCursor(prefix, cursor).text());
        }
        return Answer.ok(answer);
    }

    private static int limit(String text) {
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > Limits.PAGE) {
            throw ApiException.badRequest("invalid_limit", "limit must be a number from 1 to " + Limits.PAGE);
        }
        return Integer.parseInt(text);
    }

    private Answer batch(Request request) throws IOException {
        List<String> keys = new ArrayList<>();
        for (JsonNode key : array(request.body(Set.of("keys")), "keys")) {
            if (!key.isTextual()) {
                throw ApiException.badRequest("invalid_key", "A key must be a string");
            }
            keys.add(Limits.key(key.textValue(), store));
        }
        ObjectNode answer = Request.JSON.createObjectNode();
        ArrayNode entries = answer.putArray("entries");
        for (Entry stored : store.getAll(keys)) {
            Entry entry = present(stored);
            entries.add(entry == null ? null : EntryJson.full(entry));
        }
        return Answer.ok(answer);
    }

    private Answer bulk(Request request) throws IOException {
        Instant now = clock.instant();
        List<Write> writes = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonNode item : array(request.body(Set.of("entries")), "entries")) {
            ObjectNode entry = Request.object(item, BULK_MEMBERS);
            JsonNode key = entry.get("key");
            if (key == null || !key.isTextual() || !seen.add(key.textValue())) {
                throw ApiException.badRequest(
                        "invalid_key", "Each entry needs a key, a string that no other entry has");
            }
            String name = Limits.key(key.textValue(), store);
            JsonNode delete = entry.get("delete");
            if (delete != null && !(delete.isBoolean() && delete.booleanValue() && entry.size() == 2)) {
                throw ApiException.badRequest(
                        "invalid_entry", "To delete an entry, write {\"key\": …, \"delete\": true}");
            }
            writes.add(delete == null ? EntryJson.write(name, entry, now) : Write.delete(name));
        }
        store.commit(List.of(), writes);
        return Answer.of(204);
    }

    private static JsonNode array(ObjectNode body, String member) {
        JsonNode array = body.get(member);
        if (array == null || !array.isArray() || array.isEmpty() || array.size() > Limits.BATCH) {
            throw ApiException.badRequest(
                    "invalid_body", member + " must be an array of 1 to " + Limits.BATCH + " items");
        }
        return array;
    }

    /** The entry, or null if it has expired. */
    private @Nullable Entry present(@Nullable Entry entry) {
        if (entry == null) {
            return null;
        }
        Instant expiresAt = entry.expiresAt();
        return expiresAt == null || clock.instant().isBefore(expiresAt) ? entry : null;
    }

    private static String tag(Entry entry) {
        return "\"" + entry.version() + "\"";
    }
}
