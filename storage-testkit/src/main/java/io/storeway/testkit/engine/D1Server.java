package io.storeway.testkit.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.storeway.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server in this process that imitates D1's query endpoint, with D1's limits, JavaScript's numbers and faults on demand, over
 * SQLite databases in memory. {@link Engines#cloudflare} runs the real engine. Needs org.xerial:sqlite-jdbc. Thread-safe.
 */
public final class D1Server implements AutoCloseable {

    private static final int PARAMETERS = 100;
    private static final int SQL_BYTES = 100_000;
    private static final int VALUE_BYTES = 2_000_000;
    private static final Map<String, String> LIMITS = Map.of(
            "foreign_keys", "true",
            "limit_length", "" + VALUE_BYTES,
            "limit_column", "100",
            "limit_like_pattern_length", "50",
            "limit_expr_depth", "100",
            "limit_compound_select", "5");
    private static final Pattern TRANSACTION =
            Pattern.compile("(?i)\\s*(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\\b.*");
    private static final Pattern SQLITE = Pattern.compile("(?s)\\[(SQLITE_\\w+)] .*?\\((.*)\\)");

    static {
        // Without this option every answer waits 40 ms for the acknowledgement of its headers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** A fault of one request. */
    public static final class Fault {

        private final Effect effect;

        private Fault(Effect effect) {
            this.effect = effect;
        }

        /** The request is not executed; the answer is an error, with headers given as names and values in turn. */
        public static Fault error(int status, int code, String message, String... headers) {
            return new Fault((server, exchange) -> {
                for (int i = 0; i < headers.length; i += 2) {
                    exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
                }
                answer(exchange, status, envelope(false, code, message, Json.NULL));
            });
        }

        /** The request is not executed; the answer has that body. */
        public static Fault text(int status, String body) {
            return new Fault((server, exchange) -> answer(exchange, status, body));
        }

        /** The request is not executed, and the connection is closed. */
        public static Fault broken() {
            return new Fault((server, exchange) -> exchange.close());
        }

        /** The request is executed, but the connection is closed without an answer. */
        public static Fault unanswered() {
            return new Fault((server, exchange) -> {
                server.run(exchange);
                exchange.close();
            });
        }
    }

    @FunctionalInterface
    private interface Effect {
        void on(D1Server server, HttpExchange exchange) throws IOException;
    }

    private final String token;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Connection> databases = new ConcurrentHashMap<>();
    private final Deque<Fault> faults = new ConcurrentLinkedDeque<>();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();

    /**
     * Starts a server.
     *
     * @param token the only API token that the server accepts
     */
    public D1Server(String token) {
        this.token = token;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/client/v4/accounts/acc/d1/database/", this::serve);
        server.start();
    }

    /** The URI of a database. A new name is an empty database. */
    public String uri(String database) {
        return "d1://acc/" + database + "?api=http://127.0.0.1:"
                + server.getAddress().getPort() + "/client/v4";
    }

    /** Adds a fault, which the next request meets that has no other. */
    public void next(Fault fault) {
        faults.add(fault);
    }

    /** The bodies of the requests since the last call. */
    public List<String> requests() {
        List<String> seen = List.copyOf(requests);
        requests.clear();
        return seen;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Fault fault = faults.poll();
            if (fault != null) {
                fault.effect.on(this, exchange);
                return;
            }
            if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                Fault.error(403, 10_000, "token").effect.on(this, exchange);
                return;
            }
            if (exchange.getRequestURI().getPath().endsWith("/none/query")) {
                Fault.error(404, 7_404, "database").effect.on(this, exchange);
                return;
            }
            try {
                answer(exchange, 200, envelope(true, 0, "", run(exchange)));
            } catch (RefusedException e) {
                Fault.error(400, 7_500, "D1_ERROR: " + e.getMessage()).effect.on(this, exchange);
            }
        }
    }

    private static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    private Json run(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(body);
        Map<String, Json> members = ((Json.Obj) JsonTree.of(body)).members();
        List<Json> batch = members.get("batch") instanceof Json.Arr all ? all.items() : List.of(new Json.Obj(members));
        Connection database = databases.computeIfAbsent(exchange.getRequestURI().getPath(), absent -> D1Server.open());
        synchronized (database) {
            return run(database, batch);
        }
    }

    private static Connection open() {
        try {
            Properties properties = new Properties();
            properties.putAll(LIMITS);
            Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:", properties);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Json run(Connection database, List<Json> batch) {
        List<Json> results = new ArrayList<>();
        try {
            for (Json each : batch) {
                Map<String, Json> members = ((Json.Obj) each).members();
                results.add(run(
                        database,
                        text(members.get("sql")),
                        members.get("params") instanceof Json.Arr params ? params.items() : List.of()));
            }
            database.commit();
            return new Json.Arr(results);
        } catch (SQLException e) {
            rollback(database);
            Matcher matcher = SQLITE.matcher(String.valueOf(e.getMessage()));
            throw new RefusedException(
                    matcher.matches()
                            ? matcher.group(2) + ": " + matcher.group(1).replaceFirst("_(CONSTRAINT|ERROR).*", "_$1")
                                    + " (extended: " + matcher.group(1) + ")"
                            : String.valueOf(e.getMessage()));
        } catch (RefusedException e) {
            rollback(database);
            throw e;
        }
    }

    private static void rollback(Connection database) {
        try {
            database.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Json run(Connection database, String sql, List<Json> params) throws SQLException {
        if (TRANSACTION.matcher(sql).matches()) {
            throw new RefusedException("To execute a transaction, please use the API instead of BEGIN");
        }
        if (params.size() > PARAMETERS || sql.getBytes(StandardCharsets.UTF_8).length > SQL_BYTES) {
            throw new RefusedException("too many SQL variables, or statement too long: SQLITE_ERROR");
        }
        try (PreparedStatement statement = database.prepareStatement(sql)) {
            if (statement.getParameterMetaData().getParameterCount() != params.size()) {
                throw new RefusedException("Wrong number of parameter bindings for SQL query.");
            }
            for (int i = 0; i < params.size(); i++) {
                statement.setObject(i + 1, bound(params.get(i)));
            }
            List<Json> rows = new ArrayList<>();
            int changes = 0;
            if (statement.execute()) {
                try (ResultSet result = statement.getResultSet()) {
                    while (result.next()) {
                        rows.add(row(result));
                    }
                }
            } else {
                changes = statement.getUpdateCount();
            }
            Json meta = new Json.Obj(Map.of("changes", new Json.Num(BigDecimal.valueOf(changes))));
            return new Json.Obj(Map.of("results", new Json.Arr(rows), "meta", meta, "success", new Json.Bool(true)));
        }
    }

    private static @Nullable Object bound(Json param) {
        return param instanceof Json.Str text
                ? text.value()
                : param instanceof Json.Num number ? (Object) number.value().doubleValue() : null;
    }

    private static Json row(ResultSet result) throws SQLException {
        Map<String, Json> row = new LinkedHashMap<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            row.put(result.getMetaData().getColumnName(i), json(result.getObject(i)));
        }
        return new Json.Obj(row);
    }

    /** A value as JavaScript serializes it: every number is a double, and bytes are an array. */
    private static Json json(@Nullable Object value) {
        if (value instanceof String text) {
            return new Json.Str(text);
        }
        if (value instanceof Number number) {
            return new Json.Num(new BigDecimal(Double.toString(number.doubleValue())));
        }
        if (value instanceof byte[] bytes) {
            List<Json> items = new ArrayList<>();
            for (byte b : bytes) {
                items.add(new Json.Num(BigDecimal.valueOf(b & 0xff)));
            }
            return new Json.Arr(items);
        }
        return Json.NULL;
    }

    private static String text(@Nullable Json json) {
        return json instanceof Json.Str text ? text.value() : "";
    }

    private static String envelope(boolean success, int code, String message, Json result) {
        List<Json> errors = success
                ? List.of()
                : List.of(new Json.Obj(
                        Map.of("code", new Json.Num(BigDecimal.valueOf(code)), "message", new Json.Str(message))));
        return new Json.Obj(Map.of("success", new Json.Bool(success), "errors", new Json.Arr(errors), "result", result))
                .toString();
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    /** Stops the server and drops its databases. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        databases.values().forEach(database -> {
            try {
                database.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
