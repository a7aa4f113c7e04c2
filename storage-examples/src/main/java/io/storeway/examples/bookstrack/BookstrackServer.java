package io.storeway.examples.bookstrack;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.storeway.Linked;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The service over HTTP, on this machine only:
 *
 * <ul>
 *   <li>{@code GET /v1/search/isbn?isbn=…}
 *   <li>{@code GET /v1/library/USER?status=…&rating=…&year=…&added=…}
 *   <li>{@code POST /v1/library/USER/books} with {@code {"isbn","status","rating","review"}}
 *   <li>{@code GET /v1/library/USER/top-rated?year=…}
 *   <li>{@code GET /metrics}, {@code GET /health}
 * </ul>
 */
final class BookstrackServer implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A status with a body. */
    private record Reply(int status, JsonNode body) {}

    private final Bookstrack bookstrack;
    private final RequestMeter meter;
    private final Supplier<String> metrics;
    private final LocalServer server = new LocalServer();

    /** Serves on a free port of this machine. */
    BookstrackServer(Bookstrack bookstrack, RequestMeter meter, Supplier<String> metrics) throws IOException {
        this.bookstrack = bookstrack;
        this.meter = meter;
        this.metrics = metrics;
        server.serve("/v1/", this::serve);
        server.serve("/health", exchange -> LocalServer.reply(exchange, 200, "{\"status\":\"up\"}"));
        server.serve("/metrics", exchange -> LocalServer.reply(exchange, 200, metrics()));
    }

    URI uri() {
        return server.uri();
    }

    private String metrics() {
        Health total = meter.total();
        return "requests " + total.requests() + "\nerrors " + total.errors() + "\nlatency_p95_ms "
                + total.p95().toNanos() / 1e6 + "\n" + metrics.get();
    }

    private void serve(HttpExchange exchange) throws IOException {
        Reply reply;
        try {
            reply = meter.measure(() -> route(exchange));
        } catch (BookServiceException e) {
            reply = error(502, "PROVIDER_ERROR", e.getMessage());
        } catch (StorageException e) {
            reply = error(503, "INTERNAL_ERROR", "The storage can't answer now; try again");
        } catch (Exception e) {
            reply = error(500, "INTERNAL_ERROR", "The operation failed");
        }
        LocalServer.reply(exchange, reply.status, reply.body.toString());
    }

    /** Finds the resource by the method, the number of path segments (the empty one before the first slash included) and the second one. */
    private Reply route(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        Map<String, String> query = query(exchange.getRequestURI());
        String request = exchange.getRequestMethod() + " " + path.length + " " + path[2];
        try {
            return switch (request) {
                case "GET 4 search" -> search(query);
                case "GET 4 library" -> books(bookstrack.library(path[3], filter(query)));
                case "GET 5 library" -> books(bookstrack.topRated(path[3], number(query, "year")));
                case "POST 5 library" -> shelve(path[3], JSON.readTree(exchange.getRequestBody()));
                default -> error(404, "NOT_FOUND", "No such resource");
            };
        } catch (NumberFormatException e) {
            return error(400, "INVALID_REQUEST", "A number is expected");
        } catch (IllegalArgumentException e) {
            return error(400, "INVALID_REQUEST", e.getMessage());
        } catch (InvalidValueException | ConstraintViolationException | JacksonException e) {
            return error(400, "INVALID_REQUEST", "A value is not allowed, or the body is not JSON");
        }
    }

    private Reply search(Map<String, String> query) {
        String isbn = query.get("isbn");
        if (isbn == null || isbn.isEmpty()) {
            return error(400, "INVALID_REQUEST", "ISBN parameter required");
        }
        return bookstrack
                .book(isbn)
                .map(book -> success(JSON.createObjectNode().set("book", json(book))))
                .orElseGet(() -> error(404, "NOT_FOUND", "There is no such book"));
    }

    private static LibraryFilter filter(Map<String, String> query) {
        String status = query.get("status");
        return new LibraryFilter(
                status == null ? null : Status.of(status),
                optional(query, "rating"),
                optional(query, "year"),
                optional(query, "added"));
    }

    private static @Nullable Integer optional(Map<String, String> query, String name) {
        return query.containsKey(name) ? Integer.valueOf(number(query, name)) : null;
    }

    private static int number(Map<String, String> query, String name) {
        return Integer.parseInt(query.getOrDefault(name, ""));
    }

    private static Reply books(List<Linked<LibraryEntry, Book>> shelved) {
        ArrayNode books = JSON.createArrayNode();
        shelved.forEach(entry -> books.add(json(entry)));
        return success(JSON.createObjectNode().put("count", books.size()).set("books", books));
    }

    private Reply shelve(String user, JsonNode body) {
        String status = body.path("status").textValue();
        JsonNode rating = body.path("rating");
        return bookstrack
                .shelve(
                        user,
                        body.path("isbn").asText(),
                        status == null ? null : Status.of(status),
                        rating.isNumber() ? Integer.valueOf(rating.intValue()) : null,
                        body.path("review").textValue())
                .map(entry -> success(JSON.createObjectNode().put("added", true)))
                .orElseGet(() -> error(404, "NOT_FOUND", "There is no such book"));
    }

    private static ObjectNode json(Linked<LibraryEntry, Book> shelved) {
        LibraryEntry entry = shelved.item();
        Book book = shelved.target();
        ObjectNode node = book == null ? JSON.createObjectNode().put("isbn", entry.isbn()) : json(book);
        node.put("status", entry.status() == null ? null : entry.status().text());
        node.put("rating", entry.rating());
        node.put("review", entry.review());
        node.put("added_at", entry.addedAt() == null ? null : entry.addedAt().toString());
        return node;
    }

    private static ObjectNode json(Book book) {
        ObjectNode node = JSON.createObjectNode();
        node.put("isbn", book.isbn()).put("title", book.title());
        ArrayNode authors = node.putArray("authors");
        book.authors().forEach(authors::add);
        node.put("publication_year", book.publicationYear());
        node.put("publisher", book.publisher());
        node.put("language", book.language());
        node.put("description", book.description());
        node.putObject("imageLinks").put("medium", book.coverUrl()).put("thumbnail", book.thumbnailUrl());
        return node;
    }

    private static Reply success(JsonNode data) {
        ObjectNode envelope = JSON.createObjectNode().put("success", true);
        envelope.set("data", data);
        envelope.putObject("metadata").put("api", "v1");
        return new Reply(200, envelope);
    }

    private static Reply error(int status, String code, @Nullable String message) {
        ObjectNode envelope = JSON.createObjectNode().put("success", false);
        envelope.putObject("error").put("code", code).put("message", message);
        return new Reply(status, envelope);
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> query = new HashMap<>();
        String raw = uri.getRawQuery();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    query.put(
                            pair.substring(0, equals),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
        }
        return query;
    }

    @Override
    public void close() {
        server.close();
    }
}
