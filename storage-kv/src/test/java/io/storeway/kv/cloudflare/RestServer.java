package io.storeway.kv.cloudflare;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.storeway.Json;
import io.storeway.kv.internal.Keys;
import io.storeway.kv.internal.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The routes of the service over maps in the heap, with faults on demand. Every write is seen at once. */
final class RestServer implements AutoCloseable {

    static final String TOKEN = "secret-token-1";

    /** What a request to the service may have. */
    private static final int MOST_BYTES = 100_000_000;

    private static final int LARGEST_PAGE = 1_000;

    static {
        // Else every answer waits 40 ms for an acknowledgement of its headers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** A value with what is beside it. */
    record Stored(
            byte[] value, @Nullable Json metadata, @Nullable Json expiration) {}

    /** What happens to a request instead of its answer. */
    @FunctionalInterface
    interface Fault {
        /** Returns true if the request is over. */
        boolean strikes(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, NavigableMap<String, Stored>> namespaces = new ConcurrentHashMap<>();
    private final Deque<Fault> faults = new ConcurrentLinkedDeque<>();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    /** Keys that bulk writes leave undone, by how often. */
    final Map<String, Integer> undone = new ConcurrentHashMap<>();
    /** Keys that a read of many doesn't find. */
    final Set<String> missed = ConcurrentHashMap.newKeySet();
    /** Whether a page without keys comes before each other one. */
    volatile boolean emptyPages;

    RestServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/client/v4/accounts/acc/storage/kv/namespaces/", this::serve);
        server.start();
    }

    /** The URI of a namespace, open for writing. */
    String uri(String namespace) {
        return "cloudflare-kv://acc/" + namespace + "?writes=last-writer-wins&api=" + api();
    }

    String api() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/client/v4";
    }

    NavigableMap<String, Stored> namespace(String name) {
        return namespaces.computeIfAbsent(name, absent -> new ConcurrentSkipListMap<>(Keys.ORDER));
    }

    /** Methods and routes of the requests since the last call. */
    List<String> requests() {
        List<String> seen = List.copyOf(requests);
        requests.clear();
        return seen;
    }

    /** Lets something happen to the next request that is free. */
    void next(Fault fault) {
        faults.add(fault);
    }

    /** Answers with a status, an error envelope and headers. */
    static Fault error(int status, int code, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            String errors = "[{\"code\":" + code + ",\"message\":\"refused: the key k1 and its value\"}]";
            answer(
                    exchange,
                    status,
                    bytes("{\"success\":false,\"errors\":" + errors + ",\"messages\":[],\"result\":null}"));
            return true;
        };
    }

    static Fault text(int status, String text) {
        return exchange -> {
            answer(exchange, status, bytes(text));
            return true;
        };
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String[] path = exchange.getRequestURI().getRawPath().split("/", -1);
            List<String> route = List.of(path).subList(8, path.length);
            requests.add(exchange.getRequestMethod() + " " + String.join("/", route.subList(1, route.size())));
            Fault fault = faults.poll();
            if (fault != null && fault.strikes(exchange)) {
                return;
            }
            if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                error(403, 10_000).strikes(exchange);
                return;
            }
            if (body.length > MOST_BYTES) {
                error(413, 10_000).strikes(exchange);
                return;
            }
            if (route.get(0).equals("none")) {
                error(404, 10_013).strikes(exchange);
                return;
            }
            route(exchange, namespace(route.get(0)), route.subList(1, route.size()), body);
        }
    }

    private void route(HttpExchange exchange, NavigableMap<String, Stored> entries, List<String> route, byte[] body)
            throws IOException {
        String what = exchange.getRequestMethod() + " " + (route.size() > 1 ? route.get(0) + "/…" : route.get(0));
        String key = route.size() > 1 ? decoded(route.get(1)) : "";
        Stored stored = entries.get(key);
        switch (what) {
            case "GET keys" -> keys(exchange, entries);
            case "PUT bulk" -> put(exchange, entries, (Json.Arr) StrictJson.read(body));
            case "POST bulk/…" -> {
                if (key.equals("get")) {
                    get(exchange, entries, (Json.Obj) StrictJson.read(body));
                } else {
                    delete(exchange, entries, (Json.Arr) StrictJson.read(body));
                }
            }
            case "GET values/…" -> {
                if (stored == null) {
                    error(404, 10_009).strikes(exchange);
                    return;
                }
                if (stored.expiration() instanceof Json.Num seconds) {
                    exchange.getResponseHeaders()
                            .add("expiration", seconds.value().toPlainString());
                }
                answer(exchange, 200, stored.value());
            }
            case "GET metadata/…" ->
                success(exchange, stored == null || stored.metadata() == null ? Json.NULL : stored.metadata(), null);
            default -> error(400, 7_003).strikes(exchange);
        }
    }

    private void keys(HttpExchange exchange, NavigableMap<String, Stored> entries) throws IOException {
        Map<String, String> query = query(exchange);
        int limit = Integer.parseInt(query.getOrDefault("limit", "1000"));
        if (limit < 10 || limit > LARGEST_PAGE) {
            error(400, 10_024).strikes(exchange);
            return;
        }
        String cursor = query.getOrDefault("cursor", "");
        boolean blank = emptyPages && !cursor.startsWith("=");
        String after = cursor.startsWith("=") ? cursor.substring(1) : cursor;
        List<Json> listed = new ArrayList<>();
        String next = blank ? "=" + after : "";
        for (var entry : entries.tailMap(after, false).entrySet()) {
            if (blank || !entry.getKey().startsWith(query.getOrDefault("prefix", ""))) {
                continue;
            }
            if (listed.size() == limit) {
                next = text(((Json.Obj) listed.get(limit - 1)).members().get("name"));
                break;
            }
            Map<String, Json> members = new LinkedHashMap<>();
            members.put("name", new Json.Str(entry.getKey()));
            Stored stored = entry.getValue();
            if (stored.expiration() != null) {
                members.put("expiration", stored.expiration());
            }
            if (stored.metadata() != null) {
                members.put("metadata", stored.metadata());
            }
            listed.add(new Json.Obj(members));
        }
        success(
                exchange,
                new Json.Arr(listed),
                new Json.Obj(Map.of("count", number(listed.size()), "cursor", new Json.Str(next))));
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        for (String part : exchange.getRequestURI().getRawQuery().split("&", -1)) {
            String[] pair = part.split("=", 2);
            query.put(pair[0], decoded(pair[1]));
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private void put(HttpExchange exchange, Map<String, Stored> entries, Json.Arr pairs) throws IOException {
        List<Json> left = new ArrayList<>();
        for (Json pair : pairs.items()) {
            Map<String, Json> members = ((Json.Obj) pair).members();
            String key = text(members.get("key"));
            if (leave(key)) {
                left.add(new Json.Str(key));
                continue;
            }
            byte[] value = members.containsKey("base64")
                    ? Base64.getDecoder().decode(text(members.get("value")))
                    : bytes(text(members.get("value")));
            entries.put(key, new Stored(value, members.get("metadata"), members.get("expiration")));
        }
        changed(exchange, pairs.items().size(), left);
    }

    private void delete(HttpExchange exchange, Map<String, Stored> entries, Json.Arr keys) throws IOException {
        List<Json> left = new ArrayList<>();
        for (Json key : keys.items()) {
            if (leave(text(key))) {
                left.add(key);
            } else {
                entries.remove(text(key));
            }
        }
        changed(exchange, keys.items().size(), left);
    }

    private boolean leave(String key) {
        return undone.merge(key, -1, Integer::sum) >= 0;
    }

    private static void changed(HttpExchange exchange, int all, List<Json> left) throws IOException {
        success(
                exchange,
                new Json.Obj(Map.of(
                        "successful_key_count", number(all - left.size()), "unsuccessful_keys", new Json.Arr(left))),
                null);
    }

    /** Bytes that are no text come as their replacement, as from the service. */
    private void get(HttpExchange exchange, Map<String, Stored> entries, Json.Obj request) throws IOException {
        List<Json> keys = request.members().get("keys") instanceof Json.Arr asked ? asked.items() : List.of();
        if (keys.size() > 100) {
            error(400, 10_046).strikes(exchange);
            return;
        }
        Map<String, Json> values = new LinkedHashMap<>();
        for (Json key : keys) {
            Stored stored = entries.get(text(key));
            if (stored == null || missed.contains(text(key))) {
                values.put(text(key), Json.NULL);
                continue;
            }
            Map<String, Json> members = new LinkedHashMap<>();
            members.put("value", new Json.Str(new String(stored.value(), StandardCharsets.UTF_8)));
            members.put("metadata", stored.metadata() == null ? Json.NULL : stored.metadata());
            if (stored.expiration() != null) {
                members.put("expiration", stored.expiration());
            }
            values.put(text(key), new Json.Obj(members));
        }
        success(exchange, new Json.Obj(Map.of("values", new Json.Obj(values))), null);
    }

    private static void success(HttpExchange exchange, Json result, @Nullable Json info) throws IOException {
        Map<String, Json> envelope = new LinkedHashMap<>();
        envelope.put("result", result);
        envelope.put("success", new Json.Bool(true));
        envelope.put("errors", new Json.Arr(List.of()));
        envelope.put("messages", new Json.Arr(List.of()));
        if (info != null) {
            envelope.put("result_info", info);
        }
        answer(exchange, 200, StrictJson.write(new Json.Obj(envelope)));
    }

    static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static Json number(int value) {
        return new Json.Num(BigDecimal.valueOf(value));
    }

    private static String text(@Nullable Json json) {
        return json instanceof Json.Str text ? text.value() : "";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
