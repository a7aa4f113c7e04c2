package io.storeway.examples.kvapi;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.storeway.error.StorageException;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Serves the API over HTTP: turns answers and errors into responses, and answers the preflight requests of browsers (CORS). */
final class ApiHandler implements HttpHandler {

    private final String root;
    private final KvApi api;
    private final @Nullable String allowedOrigin;
    private final System.Logger log;

    /**
     * Creates the handler.
     *
     * @param root the path of the API
     * @param allowedOrigin the origin whose pages may use the API, {@code *} for all, or null for its own origin only
     */
    ApiHandler(String root, KvApi api, @Nullable String allowedOrigin, System.Logger log) {
        this.root = root;
        this.api = api;
        this.allowedOrigin = allowedOrigin;
        this.log = log;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange));
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("OPTIONS")) {
            return preflight();
        }
        try {
            return api.answer(new Request(exchange, root));
        } catch (ApiException e) {
            return Errors.answer(e);
        } catch (StorageException e) {
            Answer answer = Errors.answer(e);
            if (answer.status() >= 500) {
                log.log(System.Logger.Level.ERROR, e.getMessage(), e);
            }
            return answer;
        } catch (RuntimeException e) {
            log.log(System.Logger.Level.ERROR, "A request failed", e);
            return new Answer(500, Map.of(), Errors.json("failed", "The request could not be answered"));
        }
    }

    private Answer preflight() {
        Map<String, String> allowed = allowedOrigin == null
                ? Map.of()
                : Map.of(
                        "Access-Control-Allow-Methods", "GET, HEAD, PUT, POST, DELETE",
                        "Access-Control-Allow-Headers", "Content-Type, If-Match, If-None-Match",
                        "Access-Control-Max-Age", "600");
        return new Answer(204, allowed, null);
    }

    private void send(HttpExchange exchange, Answer answer) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        answer.headers().forEach(headers::set);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        if (allowedOrigin != null) {
            headers.set("Access-Control-Allow-Origin", allowedOrigin);
            headers.set("Access-Control-Expose-Headers", "ETag");
            headers.set("Vary", "Origin");
        }
        if (answer.body() == null) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        byte[] body = Request.JSON.writeValueAsBytes(answer.body());
        headers.set("Content-Type", "application/json");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
