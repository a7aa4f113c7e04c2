package io.storeway.migrate.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.storeway.error.StorageException;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.admin.Actions.Answer;
import io.storeway.migrate.admin.Steered.Caller;
import io.storeway.migrate.routing.StageBlockedException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns requests into actions. A request without access learns nothing, not even which paths exist. */
final class AdminHandler implements HttpHandler {

    private static final int MAX_BODY = 4_096;
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Access access;
    private final Actions actions;
    private final Map<String, Function<Caller, Answer>> posts;

    AdminHandler(Access access, Actions actions) {
        this.access = access;
        this.actions = actions;
        this.posts = Map.of(
                "/run", actions::run,
                "/resume", actions::resume,
                "/verify", actions::verify,
                "/rollback", actions::rollback,
                "/pause", actions::pause);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            int refusal = access.refusal(exchange.getRequestHeaders());
            if (refusal != 0) {
                exchange.getResponseHeaders().set("Connection", "close");
                if (refusal == 401) {
                    exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                }
                error(exchange, refusal, refusal == 401 ? "a bearer token is needed" : "only local requests are taken");
                return;
            }
            answer(exchange);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Function<Caller, Answer> post = posts.get(path);
        boolean get = path.equals("/status") || path.equals("/metrics");
        if (post == null && !get) {
            error(exchange, 404, "there is no such path");
            return;
        }
        String method = get ? "GET" : "POST";
        if (!exchange.getRequestMethod().equals(method)) {
            exchange.getResponseHeaders().set("Allow", method);
            error(exchange, 405, "this path takes " + method);
            return;
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            exchange.getResponseHeaders().set("Connection", "close");
            error(exchange, 413, "a body has at most " + MAX_BODY + " bytes");
            return;
        }
        act(exchange, path, post, body);
    }

    private void act(HttpExchange exchange, String path, @Nullable Function<Caller, Answer> post, byte[] body)
            throws IOException {
        try {
            if (post != null) {
                Caller caller = caller(body);
                if (caller == null) {
                    error(exchange, 400, "the body is no form of names and values");
                    return;
                }
                send(exchange, post.apply(caller));
            } else if (path.equals("/metrics")) {
                send(exchange, 200, TEXT, actions.metrics());
            } else {
                send(exchange, actions.status());
            }
        } catch (RefusedException | StageBlockedException | MigrationException e) {
            error(exchange, 409, String.valueOf(e.getMessage()));
        } catch (StorageException e) {
            error(exchange, 503, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            error(exchange, 500, "unexpected " + e.getClass().getSimpleName());
        }
    }

    /** Reads a form; null if the body isn't one. */
    private static @Nullable Caller caller(byte[] body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                try {
                    form.put(
                            pair.substring(0, equals),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    return null;
                }
            }
        }
        return new Caller(
                form.getOrDefault("by", "admin endpoint"), form.getOrDefault("reason", "asked for at the endpoint"));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        send(exchange, answer.code(), JSON, answer.body() + "\n");
    }

    private static void error(HttpExchange exchange, int code, String message) throws IOException {
        send(exchange, code, JSON, Texts.object("error", message) + "\n");
    }

    private static void send(HttpExchange exchange, int code, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(code, -1);
            return;
        }
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
