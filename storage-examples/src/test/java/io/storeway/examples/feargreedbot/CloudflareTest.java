package io.storeway.examples.feargreedbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Json;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.cloudflare.CloudflareKvStore;
import io.storeway.migrate.Migration;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.sql.SqlScript;
import io.storeway.sql.SqlScriptDialect;
import io.storeway.testkit.engine.CloudflareServer;
import io.storeway.testkit.engine.Engines;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The bot's data goes from KV to D1, both on Cloudflare's local engine, by a script. */
@EnabledIfSystemProperty(named = "storeway.cloudflare", matches = "true", disabledReason = "it needs -Pcloudflare")
class CloudflareTest {

    private static final int USERS = 20;

    @TempDir
    Path folder;

    private final CloudflareServer server = Engines.cloudflare();
    private final CloudflareKvStore namespace = CloudflareKvStore.open(server.newNamespace(), server.token());

    private static Write put(String key, String json) {
        return Write.put(key, json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theBotMovesToD1ByAScript() throws IOException, InterruptedException {
        List<Write> chats = new ArrayList<>();
        chats.add(put(
                "chat_ids",
                IntStream.range(0, USERS).mapToObj(Integer::toString).collect(Collectors.joining(",", "[", "]"))));
        for (int user = 0; user < USERS; user++) {
            chats.add(put("watchlist:" + user, "[\"SPY\",\"T" + user + "\"]"));
            chats.add(put("active_position:" + user, "{\"ticker\":\"SPY\",\"entryPrice\":450.5}"));
            chats.add(
                    put(
                            "execution_history:" + user,
                            "[{\"signalType\":\"BUY\",\"ticker\":\"SPY\",\"executionPrice\":450.5,\"executionDate\":1700000000000}]"));
        }
        namespace.writeEach(chats);
        Path script = folder.resolve("bot.sql");
        try (Storage source = KvStorage.open(namespace, BotSchema.CATALOG);
                Storage rows = Storages.open("jdbc:sqlite:" + folder.resolve("bot.db"), BotSchema.CATALOG)) {
            Migration migration = Migration.from(source).to(rows).build();
            assertThat(migration.backfill().clean()).isTrue();
            assertThat(migration.verify().equal()).isTrue();
            SqlScript.write(rows, SqlScriptDialect.D1, script);
            String database = server.newDatabase();
            for (int again = 0; again < 2; again++) {
                for (String statement :
                        Files.readString(script).replaceAll("(?m)^--.*\n", "").split(";\n", -1)) {
                    if (!statement.isBlank()) {
                        query(database, statement);
                    }
                }
            }
            for (var type : BotSchema.CATALOG.types()) {
                long count = rows.repository(type).all().allowScan().count();
                assertThat(query(
                                database,
                                "SELECT count(*) AS n FROM " + type.sql().table()))
                        .as(type.name())
                        .contains("{\"n\":" + count + "}");
            }
            assertThat(query(database, "SELECT ticker FROM watchlists WHERE chat_id = '7' ORDER BY ticker"))
                    .contains("[{\"ticker\":\"SPY\"},{\"ticker\":\"T7\"}]");
        }
    }

    private String query(String database, String sql) throws IOException, InterruptedException {
        Json body = new Json.Obj(Map.of("sql", new Json.Str(sql)));
        HttpRequest request = HttpRequest.newBuilder(URI.create(database))
                .header("Authorization", "Bearer " + server.token())
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }
}
