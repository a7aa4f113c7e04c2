package io.storeway.sql.internal.d1;

import io.storeway.Json;
import io.storeway.internal.cloudflare.Address;
import io.storeway.internal.cloudflare.Reply;
import io.storeway.internal.cloudflare.Request;
import io.storeway.internal.cloudflare.Request.Effect;
import io.storeway.internal.cloudflare.Request.Meaning;
import io.storeway.internal.cloudflare.RestApi;
import io.storeway.internal.cloudflare.Service;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A database behind D1's query endpoint, which runs a batch of statements as a whole or not at all. Thread-safe. */
final class Database {

    static final Service SERVICE = new Service("d1", "database", "/d1/database/", List.of());

    private static final int QUERY_ERROR = 7_500;
    private static final int SERVER_ERROR = 500;

    /** Errors of SQLite itself; nothing of the batch was done. */
    private static final Pattern BY_SQLITE = Pattern.compile("SQLITE_[A-Z]+");
    /** Errors of requests that were refused before they were run. */
    private static final Pattern LATER = Pattern.compile("(?i)overloaded");
    /** Errors after which the batch may or may not have been done. */
    private static final Pattern PASSING =
            Pattern.compile("(?i)network connection lost|object to be reset|code was updated"
                    + "|transient issue|internal error|timed out|timeout|reset");

    private final Address address;
    private final RestApi api;
    private volatile boolean counted = true;

    Database(Address address, RestApi api) {
        this.address = address;
        this.api = api;
    }

    /** Account and database. */
    String place() {
        return address.place();
    }

    /**
     * Runs statements.
     *
     * @throws SQLException if SQLite refuses a statement, with its own message; nothing was done then
     * @throws io.storeway.error.StorageException if the service doesn't answer
     */
    List<Result> run(Effect effect, List<Statement> batch) throws SQLException {
        List<Json> statements = batch.stream().map(Database::json).toList();
        Json body =
                statements.size() == 1 ? statements.get(0) : new Json.Obj(Map.of("batch", new Json.Arr(statements)));
        Reply reply = api.send(new Request(
                SERVICE.context(effect == Effect.NONE ? "query" : "write"),
                "POST",
                "/query",
                body.toString().getBytes(StandardCharsets.UTF_8),
                effect,
                true,
                answer -> meaning(answer, batch.size())));
        if (reply.failure()) {
            throw Refusal.of(reply);
        }
        return Result.of(reply.result(), batch.size()).orElseThrow();
    }

    private static Json json(Statement statement) {
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("sql", new Json.Str(statement.sql()));
        members.put(
                "params",
                new Json.Arr(
                        statement.params().stream().<Json>map(Json.Str::new).toList()));
        return new Json.Obj(members);
    }

    private static Meaning meaning(Reply reply, int statements) {
        if (reply.success()) {
            return Result.of(reply.result(), statements).isPresent() ? Meaning.ANSWER : Meaning.TROUBLE;
        }
        if (!reply.failure() || !reply.codes().contains(QUERY_ERROR)) {
            return Meaning.USUAL;
        }
        String said = reply.messages();
        if (BY_SQLITE.matcher(said).find()) {
            return Meaning.ANSWER;
        }
        if (LATER.matcher(said).find()) {
            return Meaning.LATER;
        }
        return reply.status() >= SERVER_ERROR || PASSING.matcher(said).find() ? Meaning.TROUBLE : Meaning.ANSWER;
    }

    /** Whether the database is known to have the counter of commits. */
    boolean counted() {
        return counted;
    }

    void counted(boolean known) {
        counted = known;
    }

    void close() {
        api.close();
    }
}
