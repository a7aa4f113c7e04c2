package io.storeway.examples.kvapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of the API, the same over every store. */
@ParameterizedClass
@EnumSource
class KvApiTest {

    @Parameter
    @SuppressWarnings("NullAway.Init") // Set by JUnit.
    StoreKind kind;

    @TempDir
    Path folder;

    /** Begins with the present, because a Redis server removes by its own clock what has expired long ago. */
    private final ManualClock clock = new ManualClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));

    private KeyValueStore store;
    private KvApiServer server;
    private Client client;

    @BeforeEach
    void start() throws IOException {
        store = kind.open(folder);
        server = KvApiServer.start(store, clock, 0, "*", System.getLogger("test"));
        client = new Client(server.root());
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    private List<String> names(String query) {
        return Client.json(client.send("GET", query, null)).get("keys").findValuesAsText("name");
    }

    @Test
    void whatIsPutIsThereUntilItIsDeleted() {
        String value = "{\"a\": 1.10}\n\u0000 \uD83D\uDE00";
        String json = "{\"value\":" + TextNode.valueOf(value) + "}";
        for (String key : List.of("greeting", "a/b:c d+e%2F?&#", "日本語", "batch", "bulk")) {
            assertThat(client.get(key).statusCode()).isEqualTo(404);
            assertThat(client.put(key, json)).isEqualTo(204);
            HttpResponse<String> answer = client.get(key);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("ETag")).isPresent();
            assertThat(Client.json(answer).get("key").textValue()).isEqualTo(key);
            assertThat(Client.json(answer).get("value").textValue()).isEqualTo(value);
            assertThat(client.send("HEAD", Client.path(key), null).statusCode()).isEqualTo(200);
            assertThat(client.delete(key)).isEqualTo(204);
            assertThat(client.delete(key)).isEqualTo(204);
            assertThat(client.get(key).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void bytesThatAreNoTextGoAsBase64() {
        String base64 = Base64.getEncoder().encodeToString(new byte[] {0, -1, -2, 65});
        client.put("bytes", "{\"value\":\"" + base64 + "\",\"base64\":true}");
        JsonNode entry = Client.json(client.get("bytes"));
        assertThat(entry.get("value").textValue()).isEqualTo(base64);
        assertThat(entry.get("base64").booleanValue()).isTrue();
    }

    @Test
    void metadataComesBackAsItWas() {
        client.put("k", "{\"value\":\"v\",\"metadata\":{\"price\":1.50,\"big\":123456789012345678901234567890}}");
        assertThat(client.get("k").body())
                .contains("\"metadata\":{\"price\":1.50,\"big\":123456789012345678901234567890}");
        assertThat(client.send("GET", "?limit=1", null).body()).contains("\"metadata\":{\"price\":1.50");
        client.put("k", "{\"value\":\"v\"}");
        assertThat(Client.json(client.get("k")).has("metadata")).isFalse();
    }

    @Test
    void aBatchAnswersInTheOrderOfItsKeys() {
        client.put("a", "{\"value\":\"1\"}");
        client.put("b", "{\"value\":\"2\"}");
        JsonNode entries = Client.json(client.send("POST", "/batch", "{\"keys\":[\"b\",\"none\",\"a\",\"b\"]}"))
                .get("entries");
        assertThat(entries).hasSize(4);
        assertThat(entries.get(1).isNull()).isTrue();
        assertThat(entries.findValuesAsText("value")).containsExactly("2", "1", "2");
    }

    @Test
    void aListingGoesThroughAllKeysOfAPrefixByPages() {
        List<String> keys = new ArrayList<>();
        for (String key : List.of("p:", "p:1", "p:10", "p:2", "p:z", "p:é", "p:\uFF5E", "p:\uD83D\uDE00")) {
            keys.add(key);
            client.put(key, "{\"value\":\"v\"}");
        }
        client.put("o", "{\"value\":\"v\"}");
        client.put("q", "{\"value\":\"v\"}");
        List<String> found = new ArrayList<>();
        String cursor = "";
        JsonNode page;
        do {
            page = Client.json(client.send("GET", "?prefix=p:&limit=3" + cursor, null));
            found.addAll(page.get("keys").findValuesAsText("name"));
            cursor = page.has("cursor") ? "&cursor=" + page.get("cursor").textValue() : "";
        } while (!page.get("list_complete").booleanValue());
        assertThat(found).isEqualTo(keys);
        assertThat(names("?limit=2")).containsExactly("o", "p:");
        assertThat(names("?prefix=none")).isEmpty();
    }

    @Test
    void anEntryWhoseTimeIsOverIsAbsentEverywhereAndPurged() {
        client.put("lasting", "{\"value\":\"v\"}");
        client.put("ttl", "{\"value\":\"v\",\"expiration_ttl\":60}");
        long at = clock.instant().getEpochSecond() + 60;
        client.put("at", "{\"value\":\"v\",\"expiration\":" + at + "}");
        clock.advance(Duration.ofSeconds(59));
        assertThat(Client.json(client.get("ttl")).get("expiration").longValue()).isEqualTo(at);
        assertThat(names("?")).containsExactly("at", "lasting", "ttl");
        clock.advance(Duration.ofSeconds(1));
        assertThat(client.get("ttl").statusCode()).isEqualTo(404);
        assertThat(names("?limit=1")).containsExactly("lasting");
        assertThat(Client.json(client.send("POST", "/batch", "{\"keys\":[\"at\"]}"))
                        .get("entries")
                        .get(0)
                        .isNull())
                .isTrue();
        assertThat(store.get("ttl")).isNotNull();
        assertThat(store.purge(clock.instant())).isEqualTo(2);
        assertThat(store.get("ttl")).isNull();
        assertThat(client.get("lasting").statusCode()).isEqualTo(200);
    }

    @Test
    void aConditionHoldsAtTheMomentOfTheWrite() {
        assertThat(client.put("k", "{\"value\":\"1\"}", "If-Match", "\"7\"")).isEqualTo(412);
        assertThat(client.put("k", "{\"value\":\"1\"}", "If-None-Match", "*")).isEqualTo(204);
        assertThat(client.put("k", "{\"value\":\"2\"}", "If-None-Match", "*")).isEqualTo(412);
        String tag = client.get("k").headers().firstValue("ETag").orElseThrow();
        assertThat(client.send("GET", "/k", null, "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        assertThat(client.put("k", "{\"value\":\"3\"}", "If-Match", tag)).isEqualTo(204);
        assertThat(client.put("k", "{\"value\":\"4\"}", "If-Match", tag)).isEqualTo(412);
        assertThat(client.delete("k", "If-Match", tag)).isEqualTo(412);
        assertThat(Client.json(client.get("k")).get("value").textValue()).isEqualTo("3");
        client.put("gone", "{\"value\":\"1\",\"expiration_ttl\":1}");
        clock.advance(Duration.ofSeconds(2));
        assertThat(client.put("gone", "{\"value\":\"2\"}", "If-None-Match", "*"))
                .isEqualTo(204);
    }

    @Test
    void countersOfManyClientsLoseNothing() throws Exception {
        client.put("counter", "{\"value\":\"0\"}");
        Callable<Integer> increments = () -> {
            int conflicts = 0;
            for (int done = 0; done < 10; ) {
                HttpResponse<String> answer = client.get("counter");
                int next = Integer.parseInt(Client.json(answer).get("value").textValue()) + 1;
                int status = client.put(
                        "counter",
                        "{\"value\":\"" + next + "\"}",
                        "If-Match",
                        answer.headers().firstValue("ETag").orElseThrow());
                done += status == 204 ? 1 : 0;
                conflicts += status == 204 ? 0 : 1;
            }
            return conflicts;
        };
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            for (var future : threads.invokeAll(List.of(increments, increments, increments))) {
                assertThat(future.get()).isNotNegative();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(Client.json(client.get("counter")).get("value").textValue()).isEqualTo("30");
    }

    @Test
    void aBulkIsWrittenAsAWholeOrNotAtAll() {
        client.put("old", "{\"value\":\"1\"}");
        String good = "{\"key\":\"new\",\"value\":\"2\",\"expiration_ttl\":60},{\"key\":\"old\",\"delete\":true}";
        assertThat(client.send("POST", "/bulk", "{\"entries\":[" + good + ",{\"key\":\"bad\"}]}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(names("?")).containsExactly("old");
        assertThat(client.send("POST", "/bulk", "{\"entries\":[" + good + "]}").statusCode())
                .isEqualTo(204);
        assertThat(names("?")).containsExactly("new");
    }

    @Test
    void whatIsAtTheLimitIsTakenAndWhatIsBeyondIsNot() {
        String longest = "k".repeat(510) + "é";
        assertThat(client.put(longest, "{\"value\":\"v\"}")).isEqualTo(204);
        assertThat(client.get(longest).statusCode()).isEqualTo(200);
        assertThat(client.put("k" + longest, "{\"value\":\"v\"}")).isEqualTo(400);
        String value = "v".repeat(1 << 20);
        assertThat(client.put("large", "{\"value\":\"" + value + "\"}")).isEqualTo(204);
        assertThat(Client.json(client.get("large")).get("value").textValue()).isEqualTo(value);
        String metadata = "{\"m\":\"" + "m".repeat(Limits.METADATA_BYTES - 8) + "\"}";
        assertThat(metadata.getBytes(StandardCharsets.UTF_8)).hasSize(Limits.METADATA_BYTES);
        assertThat(client.put("m", "{\"value\":\"v\",\"metadata\":" + metadata + "}"))
                .isEqualTo(204);
        assertThat(client.put("m", "{\"value\":\"v\",\"metadata\":[" + metadata + "]}"))
                .isEqualTo(413);
        List<String> keys =
                IntStream.range(0, Limits.BATCH).mapToObj(i -> "\"k" + i + "\"").toList();
        String batch = "{\"keys\":[" + String.join(",", keys) + "]}";
        assertThat(client.send("POST", "/batch", batch).statusCode()).isEqualTo(200);
        assertThat(client.send("POST", "/batch", batch.replace("]", ",\"k\"]")).statusCode())
                .isEqualTo(400);
    }
}
