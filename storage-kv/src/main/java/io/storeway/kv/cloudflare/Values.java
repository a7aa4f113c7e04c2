package io.storeway.kv.cloudflare;

import io.storeway.Json;
import io.storeway.error.InvalidValueException;
import io.storeway.internal.Sha256;
import io.storeway.internal.cloudflare.Reply;
import io.storeway.internal.cloudflare.RestApi;
import io.storeway.kv.internal.StrictJson;
import io.storeway.spi.KeyValueStore.Entry;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads entries, a hundred by one request. */
final class Values {

    /** Replaces bytes in a text that are not UTF-8. */
    private static final char REPLACEMENT = '\ufffd';

    private final RestApi api;

    Values(RestApi api) {
        this.api = api;
    }

    /** The entries of those keys that exist; no key is given twice. */
    Map<String, Entry> read(String operation, List<String> keys) {
        Map<String, Entry> found = new LinkedHashMap<>();
        for (int from = 0; from < keys.size(); from += Limits.KEYS_PER_READ) {
            part(operation, keys.subList(from, Math.min(keys.size(), from + Limits.KEYS_PER_READ)), found);
        }
        return found;
    }

    /**
     * The entries of keys that are listed. A key that a read of many keys doesn't return is read alone: workerd leaves out empty values
     * and keys such as {@code 0} there.
     */
    List<Entry> readListed(String operation, List<String> keys) {
        Map<String, Entry> found = read(operation, keys);
        List<Entry> entries = new ArrayList<>(keys.size());
        for (String key : keys) {
            Entry entry = found.containsKey(key) ? found.get(key) : alone(operation, key);
            if (entry != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private void part(String operation, List<String> keys, Map<String, Entry> found) {
        Json body = new Json.Obj(Map.of(
                "keys", new Json.Arr(keys.stream().<Json>map(Json.Str::new).toList()),
                "type", new Json.Str("text"),
                "withMetadata", new Json.Bool(true)));
        Reply reply = api.send(Requests.ask(operation, "/bulk/get", body));
        if (reply.tooLarge() && keys.size() > 1) {
            int half = keys.size() / 2;
            part(operation, keys.subList(0, half), found);
            part(operation, keys.subList(half, keys.size()), found);
            return;
        }
        Map<String, Json> values =
                reply.result() instanceof Json.Obj result && result.members().get("values") instanceof Json.Obj object
                        ? object.members()
                        : Map.of();
        for (String key : keys) {
            Json value = values.get(key);
            Entry entry = value instanceof Json.Obj object ? entry(key, object.members()) : null;
            if (entry == null && (reply.tooLarge() || value instanceof Json.Obj)) {
                entry = alone(operation, key);
            }
            if (entry != null) {
                found.put(key, entry);
            }
        }
    }

    /** The entry, or null if its value is not text, so that it has to be read as bytes. */
    private static @Nullable Entry entry(String key, Map<String, Json> members) {
        return members.get("value") instanceof Json.Str text && text.value().indexOf(REPLACEMENT) < 0
                ? entry(
                        key,
                        text.value().getBytes(StandardCharsets.UTF_8),
                        metadata(members.get("metadata")),
                        expiration(members.get("expiration")))
                : null;
    }

    private @Nullable Entry alone(String operation, String key) {
        String encoded = encoded(key);
        Reply value = api.send(Requests.value(operation, "/values/" + encoded));
        if (Requests.keyAbsent(value)) {
            return null;
        }
        Reply metadata = api.send(Requests.read(operation, "/metadata/" + encoded));
        Instant expiration = value.headers()
                .firstValue("expiration")
                .filter(text -> text.matches("[0-9]{1,12}"))
                .map(text -> Instant.ofEpochSecond(Long.parseLong(text)))
                .orElse(null);
        return entry(key, value.bytes(), metadata(metadata.result()), expiration);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * An entry of a listing.
     *
     * @param key the key
     * @param expiresAt when it ends, or null
     */
    record Listed(String key, @Nullable Instant expiresAt) {}

    /**
     * A page of a listing.
     *
     * @param keys the keys, none or more
     * @param next the service's cursor, empty at the end
     */
    record Page(List<Listed> keys, String next) {}

    /** The page of the service at a cursor; an empty cursor is the first page. */
    Page page(String operation, String prefix, String cursor, int limit) {
        Reply reply = api.send(Requests.read(
                operation,
                "/keys?limit=" + limit + (prefix.isEmpty() ? "" : "&prefix=" + encoded(prefix))
                        + (cursor.isEmpty() ? "" : "&cursor=" + encoded(cursor))));
        if (!(reply.result() instanceof Json.Arr listed)) {
            throw new InvalidValueException(
                    "answer", "the service lists no keys", CloudflareKvStore.context(operation), null);
        }
        List<Listed> keys = new ArrayList<>(listed.items().size());
        for (Json item : listed.items()) {
            if (item instanceof Json.Obj object && object.members().get("name") instanceof Json.Str name) {
                keys.add(new Listed(name.value(), expiration(object.members().get("expiration"))));
            }
        }
        return new Page(keys, cursor(reply));
    }

    private static String cursor(Reply reply) {
        return reply.members().get("result_info") instanceof Json.Obj info
                        && info.members().get("cursor") instanceof Json.Str next
                ? next.value()
                : "";
    }

    static Json json(String metadata) {
        return StrictJson.read(metadata.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String metadata(@Nullable Json json) {
        return json == null || json.equals(Json.NULL)
                ? null
                : new String(StrictJson.write(json), StandardCharsets.UTF_8);
    }

    private static @Nullable Instant expiration(@Nullable Json json) {
        return json instanceof Json.Num seconds && seconds.value().signum() > 0
                ? Instant.ofEpochSecond(seconds.value()
                        .min(BigDecimal.valueOf(Integer.MAX_VALUE * 100L))
                        .longValue())
                : null;
    }

    /** An entry whose version is a digest of all that it holds. */
    private static Entry entry(String key, byte[] value, @Nullable String metadata, @Nullable Instant expiresAt) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update((metadata + "\n" + expiresAt + "\n").getBytes(StandardCharsets.UTF_8));
        long digest = ByteBuffer.wrap(sha256.digest(value)).getLong();
        return new Entry(key, value, metadata, expiresAt, Math.max(1, digest & Long.MAX_VALUE));
    }
}
