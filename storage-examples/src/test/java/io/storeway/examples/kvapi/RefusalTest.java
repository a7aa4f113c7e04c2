package io.storeway.examples.kvapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.kv.MemoryStore;
import io.storeway.kv.NdjsonStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the API refuses, and how it says so; what it lets a browser do. */
class RefusalTest {

    private static final System.Logger LOG = System.getLogger("test");

    private @Nullable KvApiServer server;

    private Client serve(KeyValueStore store, @Nullable String origin) throws IOException {
        KvApiServer started = KvApiServer.start(store, Clock.systemUTC(), 0, origin, LOG);
        server = started;
        return new Client(started.root());
    }

    @AfterEach
    void stop() {
        KvApiServer started = server;
        if (started != null) {
            started.close();
        }
    }

    private static String code(HttpResponse<String> answer) {
        return Client.json(answer).at("/error/code").asText();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT  | /k     | {                                              | 400 | invalid_json",
                "PUT  | /k     | {\"value\":\"v\"} x                            | 400 | invalid_json",
                "PUT  | /k     | {\"value\":\"v\",\"value\":\"w\"}              | 400 | invalid_json",
                "PUT  | /k     | [1]                                            | 400 | invalid_body",
                "PUT  | /k     | {}                                             | 400 | invalid_value",
                "PUT  | /k     | {\"value\":7}                                  | 400 | invalid_value",
                "PUT  | /k     | {\"value\":\"\\ud800\"}                        | 400 | invalid_value",
                "PUT  | /k     | {\"value\":\"%%%\",\"base64\":true}            | 400 | invalid_value",
                "PUT  | /k     | {\"value\":\"v\",\"ttl\":7}                    | 400 | unknown_member",
                "PUT  | /k     | {\"value\":\"v\",\"expiration_ttl\":0}         | 400 | invalid_expiration",
                "PUT  | /k     | {\"value\":\"v\",\"expiration_ttl\":1.5}       | 400 | invalid_expiration",
                "PUT  | /k     | {\"value\":\"v\",\"expiration_ttl\":1e30}      | 400 | invalid_expiration",
                "PUT  | /k     | {\"value\":\"v\",\"expiration\":1}             | 400 | invalid_expiration",
                "PUT  | /k     | {\"value\":\"v\",\"expiration\":1,\"expiration_ttl\":1} | 400 | invalid_expiration",
                "PUT  | /__storeway:x | {\"value\":\"v\"}                       | 400 | invalid_key",
                "POST | /batch | {\"keys\":[]}                                  | 400 | invalid_body",
                "POST | /batch | {\"keys\":\"k\"}                               | 400 | invalid_body",
                "POST | /batch | {\"keys\":[\"\"]}                              | 400 | invalid_key",
                "POST | /bulk  | {\"entries\":[{\"key\":\"k\",\"delete\":false}]} | 400 | invalid_entry",
                "POST | /bulk  | {\"entries\":[{\"key\":\"k\",\"delete\":true},{\"key\":\"k\",\"delete\":true}]} | 400 | invalid_key",
                "POST | /k     | {}                                             | 405 | method_not_allowed",
                "PUT  | ``     | {}                                             | 405 | method_not_allowed",
                "GET  | /%ff   | ``                                             | 400 | invalid_encoding",
                "GET  | /k?x=1 | ``                                             | 400 | unknown_parameter",
                "GET  | ?limit=0      | ``                                      | 400 | invalid_limit",
                "GET  | ?limit=1001   | ``                                      | 400 | invalid_limit",
                "GET  | ?limit=a      | ``                                      | 400 | invalid_limit",
                "GET  | ?cursor=a     | ``                                      | 400 | invalid_cursor",
                "GET  | ?limit=1&limit=2 | ``                                   | 400 | invalid_parameter",
                "GET  | x/k           | ``                                      | 404 | not_found",
            })
    void aRequestThatIsNotUnderstoodIsRefusedWithoutEffect(
            String method, String path, @Nullable String body, int status, String code) throws IOException {
        try (MemoryStore store = new MemoryStore()) {
            Client client = serve(store, null);
            HttpResponse<String> answer =
                    client.send(method, path == null ? "" : path, body == null || body.isEmpty() ? null : body);
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(code(answer)).isEqualTo(code);
            assertThat(store.list("", null, 10).entries()).isEmpty();
        }
    }

    @Test
    void aCursorOfAnotherPrefixIsRefused() throws IOException {
        try (MemoryStore store = new MemoryStore()) {
            Client client = serve(store, null);
            client.put("a1", "{\"value\":\"v\"}");
            client.put("a2", "{\"value\":\"v\"}");
            String cursor = Client.json(client.send("GET", "?prefix=a&limit=1", null))
                    .get("cursor")
                    .textValue();
            assertThat(code(client.send("GET", "?prefix=b&cursor=" + cursor, null)))
                    .isEqualTo("invalid_cursor");
        }
    }

    @Test
    void aBodyThatIsNoJsonDocumentIsRefused() throws IOException {
        try (MemoryStore store = new MemoryStore()) {
            HttpResponse<String> answer = serve(store, null)
                    .send("PUT", "/k", "value=v", "Content-Type", "application/x-www-form-urlencoded");
            assertThat(answer.statusCode()).isEqualTo(415);
        }
    }

    @Test
    void aBrowserOfAnotherOriginIsLetInOnlyIfThatWasSaid() throws IOException {
        try (MemoryStore store = new MemoryStore()) {
            HttpResponse<String> open = serve(store, "https://app.example")
                    .send("OPTIONS", "/k", null, "Access-Control-Request-Method", "PUT");
            assertThat(open.statusCode()).isEqualTo(204);
            assertThat(open.headers().firstValue("Access-Control-Allow-Origin")).contains("https://app.example");
            assertThat(open.headers().firstValue("Access-Control-Allow-Methods").orElseThrow())
                    .contains("PUT", "DELETE");
            assertThat(open.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
                    .contains("Content-Type", "If-Match");
            stop();
            HttpResponse<String> closed = serve(store, null).send("GET", "?", null);
            assertThat(closed.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }

    @Test
    void aStoreThatFailsIsUnavailableAndSaysNoMore() throws IOException {
        FaultPlan plan = FaultPlan.none().when(call -> true, Fault.FAIL_BEFORE);
        try (MemoryStore store = new MemoryStore()) {
            HttpResponse<String> answer = serve(Faults.of(plan).in(store), null).send("GET", "/secret", null);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.body()).doesNotContain("secret", "Exception");
        }
    }

    @Test
    void aWriteOfUnknownOutcomeIsToldSo() throws IOException {
        FaultPlan plan = FaultPlan.none().when(call -> call.verb().equals("commit"), Fault.FAIL_AFTER);
        try (MemoryStore store = new MemoryStore()) {
            HttpResponse<String> answer = serve(Faults.of(plan).in(store), null).send("PUT", "/k", "{\"value\":\"v\"}");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(code(answer)).isEqualTo("unknown_outcome");
        }
    }

    @Test
    void aStoreThatIsReadOnlyTakesNoWrites(@TempDir Path folder) throws IOException {
        Path dump = Files.writeString(folder.resolve("dump.ndjson"), "{\"key\":\"k\",\"value\":\"v\"}\n");
        try (NdjsonStore store = NdjsonStore.open(dump)) {
            Client client = serve(store, null);
            assertThat(client.get("k").statusCode()).isEqualTo(200);
            assertThat(client.put("k", "{\"value\":\"w\"}")).isEqualTo(403);
        }
    }

    @Test
    void thePageIsServedAndUsesTheApi() throws IOException {
        try (MemoryStore store = new MemoryStore()) {
            URI root = serve(store, null).root();
            HttpResponse<String> page = new Client(root.resolve("/")).send("GET", "", null);
            assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
            assertThat(page.body()).contains("'" + root.getPath() + "'");
            assertThat(new Client(root.resolve("/"))
                            .send("GET", "nothing", null)
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void aRequestThatIsNotHttpDoesNotHarmTheServer() throws IOException {
        try (MemoryStore store = new MemoryStore()) {
            Client client = serve(store, null);
            try (Socket socket = new Socket("localhost", client.root().getPort())) {
                socket.getOutputStream().write("nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 400");
            }
            assertThat(client.send("GET", "", null).statusCode()).isEqualTo(200);
        }
    }
}
