package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.admin.AdminEndpoint;
import io.storeway.migrate.routing.RoutedStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class AdminEndpointTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);
    private static final String TOKEN = "0123456789abcdef-secret";
    private static final String BEARER = "Authorization: Bearer " + TOKEN + "\n";

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private final Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
    private Storage target;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void open() {
        Shop.fill(store);
        target = Storages.open("jdbc:sqlite:" + folder.resolve("a.db"), Shop.CATALOG, CLOCK);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        target.close();
    }

    private Migration migration(ProgressListener listener) {
        return Migration.from(source)
                .to(target)
                .batch(5)
                .clock(CLOCK)
                .listener(listener)
                .build();
    }

    private AdminEndpoint started(AdminEndpoint.Builder builder) {
        AdminEndpoint endpoint = builder.start();
        opened.add(0, endpoint);
        return endpoint;
    }

    private AdminEndpoint endpoint() {
        return endpoint(this::migration);
    }

    private AdminEndpoint endpoint(Function<ProgressListener, Migration> factory) {
        return started(AdminEndpoint.of(factory).token(TOKEN));
    }

    /**
     * An answer, read to its end.
     *
     * @param head status line and headers
     */
    private record Answer(int code, String head, String body) {}

    /** Sends a request as it stands, so that nothing is made better on the way. */
    private static Answer send(AdminEndpoint endpoint, String head, byte[] body) {
        InetSocketAddress address = endpoint.address();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes(
                    (head.replace("\n", "\r\n") + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            request.writeBytes(body);
            socket.getOutputStream().write(request.toByteArray());
            socket.getOutputStream().flush();
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer send(AdminEndpoint endpoint, String method, String path, String headers, byte[] body) {
        return send(
                endpoint,
                method + " " + path + " HTTP/1.1\nHost: localhost\n" + headers
                        + (body.length > 0 ? "Content-Length: " + body.length + "\n" : ""),
                body);
    }

    private static Answer get(AdminEndpoint endpoint, String path) {
        return send(endpoint, "GET", path, BEARER, new byte[0]);
    }

    private static Answer post(AdminEndpoint endpoint, String path) {
        return post(endpoint, path, "");
    }

    private static Answer post(AdminEndpoint endpoint, String path, String form) {
        return send(endpoint, "POST", path, BEARER, form.getBytes(StandardCharsets.UTF_8));
    }

    /** Asks until the status says so; the test's time limit ends it otherwise. */
    private static String until(AdminEndpoint endpoint, String state) {
        String status = "";
        while (!status.contains("\"state\":\"" + state + "\"")) {
            Thread.onSpinWait();
            status = get(endpoint, "/status").body();
        }
        return status;
    }

    @Test
    void aRunAndAComparisonAreStartedAndReported() {
        AdminEndpoint endpoint = endpoint();
        assertThat(get(endpoint, "/status").body()).contains("\"state\":\"IDLE\"", "\"status\":\"NOT_STARTED\"");
        assertThat(post(endpoint, "/run").code()).isEqualTo(202);
        assertThat(until(endpoint, "DONE")).contains("\"name\":\"run\"", "\"clean\":false", "\"entity\":\"books\"");
        assertThat(post(endpoint, "/verify").code()).isEqualTo(202);
        String status = "";
        while (!status.contains("\"equal\":true")) {
            status = get(endpoint, "/status").body();
            assertThat(status).doesNotContain("FAILED");
        }
        Answer metrics = get(endpoint, "/metrics");
        assertThat(metrics.head()).containsIgnoringCase("content-type: text/plain");
        assertThat(metrics.body())
                .contains(
                        "# TYPE storeway_backfill_items gauge\n",
                        "storeway_backfill_written{entity=\"books\"} 60\n",
                        "storeway_job{state=\"DONE\"} 1\n",
                        "storeway_job{state=\"FAILED\"} 0\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer 0123456789abcdef-secre",
                "Bearer 0123456789abcdef-secret1",
                "Bearer 0123456789ABCDEF-SECRET",
                "Basic 0123456789abcdef-secret",
                "0123456789abcdef-secret"
            })
    void whoeverLacksTheTokenLearnsNothing(String credentials) {
        AdminEndpoint endpoint = endpoint();
        for (String path : List.of("/status", "/metrics", "/run", "/nothing")) {
            String header = credentials.isEmpty() ? "" : "Authorization: " + credentials + "\n";
            Answer answer = send(endpoint, "POST", path, header, new byte[0]);
            assertThat(answer.code()).isEqualTo(401);
            assertThat(answer.head()).containsIgnoringCase("www-authenticate: Bearer");
            assertThat(answer.body()).doesNotContain("secret", "path");
        }
        assertThat(get(endpoint, "/status").body()).contains("IDLE");
    }

    @Test
    void twoCredentialsAreNone() {
        AdminEndpoint endpoint = endpoint();
        assertThat(send(endpoint, "GET", "/status", BEARER, new byte[0]).code()).isEqualTo(200);
        assertThat(send(endpoint, "GET", "/status", BEARER + BEARER, new byte[0])
                        .code())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /status, GET",
        "GET, /run, POST",
        "DELETE, /run, POST",
        "PUT, /metrics, GET",
        "HEAD, /pause, POST"
    })
    void aWrongMethodIsRefusedAndTheRightOneNamed(String method, String path, String allowed) {
        Answer answer = send(endpoint(), method, path, BEARER, new byte[0]);
        assertThat(answer.code()).isEqualTo(405);
        assertThat(answer.head()).containsIgnoringCase("allow: " + allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/runs", "/run/", "/status/../run", "/STATUS", "/%2e%2e/status", "/favicon.ico"})
    void anUnknownPathIsNotFound(String path) {
        AdminEndpoint endpoint = endpoint();
        assertThat(get(endpoint, path).code()).isEqualTo(404);
        assertThat(post(endpoint, path).code()).isEqualTo(404);
        assertThat(get(endpoint, "/status").body()).contains("IDLE");
    }

    @Test
    void anOversizedBodyIsRefusedBeforeAnythingIsDone() {
        AdminEndpoint endpoint = endpoint();
        assertThat(post(endpoint, "/run", "x".repeat(4_097)).code()).isEqualTo(413);
        String chunk = "1001\r\n" + "x".repeat(0x1001) + "\r\n0\r\n\r\n";
        assertThat(send(
                                endpoint,
                                "POST /run HTTP/1.1\nHost: localhost\n" + BEARER + "Transfer-Encoding: chunked\n",
                                chunk.getBytes(StandardCharsets.US_ASCII))
                        .code())
                .isEqualTo(413);
        assertThat(get(endpoint, "/status").body()).contains("IDLE");
        assertThat(post(endpoint, "/run", "by=%ZZ").code()).isEqualTo(400);
        assertThat(post(endpoint, "/run", "x".repeat(4_096)).code()).isEqualTo(202);
    }

    @Test
    void ofManyWhoStartAtOnceOneSucceeds() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        AdminEndpoint endpoint = endpoint(listener -> {
            if (first.getAndSet(false)) {
                reached.countDown();
                await(go);
            }
            return migration(listener);
        });
        ExecutorService callers = Executors.newFixedThreadPool(24);
        opened.add(callers::shutdown);
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            String path = i % 2 == 0 ? "/run" : "/verify";
            answers.add(callers.submit(() -> post(endpoint, path)));
        }
        List<Integer> codes = new ArrayList<>();
        for (Future<Answer> answer : answers) {
            codes.add(answer.get().code());
        }
        assertThat(codes).containsOnly(202, 409);
        assertThat(codes).filteredOn(code -> code == 202).hasSize(1);
        reached.await();
        go.countDown();
        until(endpoint, "DONE");
        assertThat(post(endpoint, "/run").code()).isEqualTo(202);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRunIsPausedAfterItsPageAndGoesOnThere() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AdminEndpoint endpoint = endpoint(listener -> migration((phase, entity, partitions, items) -> {
            reached.countDown();
            await(go);
            listener.progress(phase, entity, partitions, items);
        }));
        assertThat(post(endpoint, "/pause").code()).isEqualTo(409);
        assertThat(post(endpoint, "/resume").code()).isEqualTo(409);
        assertThat(post(endpoint, "/run").code()).isEqualTo(202);
        reached.await();
        assertThat(post(endpoint, "/pause").code()).isEqualTo(202);
        assertThat(post(endpoint, "/run").code()).isEqualTo(409);
        go.countDown();
        assertThat(until(endpoint, "PAUSED")).contains("\"status\":\"NOT_STARTED\"");
        assertThat(post(endpoint, "/run").body()).contains("resume it");
        assertThat(post(endpoint, "/resume").code()).isEqualTo(202);
        assertThat(until(endpoint, "DONE")).contains("\"resumed\":true");
        assertThat(migration((phase, entity, partitions, items) -> {}).verify().equal())
                .isTrue();
        Answer rollback = post(endpoint, "/rollback");
        assertThat(rollback.code()).isEqualTo(409);
        assertThat(rollback.body()).contains("no stages");
    }

    @Test
    void aStoreThatFailsMakesAFailedJobAndAnAnswerThatSaysSo() {
        AdminEndpoint endpoint = endpoint();
        source.close();
        assertThat(post(endpoint, "/run").code()).isEqualTo(202);
        assertThat(until(endpoint, "FAILED")).contains("StorageClosedException");
        target.close();
        Answer status = get(endpoint, "/status");
        assertThat(status.code()).isEqualTo(503);
        assertThat(status.body()).contains("\"error\":");
    }

    @Test
    void withoutATokenItBindsToLoopbackAlone() {
        AdminEndpoint.Builder open = AdminEndpoint.of(this::migration).at(new InetSocketAddress("0.0.0.0", 0));
        assertThatThrownBy(open::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("token");
        assertThat(started(open.token(TOKEN)).address().getPort()).isPositive();
        assertThatThrownBy(() -> AdminEndpoint.of(this::migration).token("short"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16")
                .hasMessageNotContaining("short");
        AdminEndpoint local = started(AdminEndpoint.of(this::migration));
        assertThat(local.address().getAddress().isLoopbackAddress()).isTrue();
        assertThat(send(local, "GET", "/status", "", new byte[0]).code()).isEqualTo(200);
        assertThat(send(local, "POST", "/run", "Origin: http://evil.example\n", new byte[0])
                        .code())
                .isEqualTo(403);
        assertThat(send(local, "GET /status HTTP/1.1\nHost: evil.example\n", new byte[0])
                        .code())
                .isEqualTo(403);
        InetSocketAddress taken = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), local.address().getPort());
        assertThatThrownBy(() -> AdminEndpoint.of(this::migration).at(taken).start())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("in use");
    }

    @Test
    void aRoutedMigrationIsSteeredByItsStages() {
        Storage old = Storages.open("mvstore:" + folder.resolve("old.mv"), Shop.CATALOG, CLOCK);
        opened.add(old);
        RoutedStorage routed = RoutedStorage.between(old, target)
                .named("shop")
                .controlledBy(target)
                .instance("a")
                .open();
        opened.add(0, routed);
        routed.repository(Shop.BOOKS).insert(new Shop.Book("b1", "T", null, null));
        routed.control().advance("ann", "start");
        AdminEndpoint endpoint = started(AdminEndpoint.of(routed.control()).token(TOKEN));
        assertThat(get(endpoint, "/status").body()).contains("\"stage\":\"DUAL_WRITE\"", "\"frozen\":false");
        assertThat(post(endpoint, "/run", "by=bob&reason=copy+now").code()).isEqualTo(202);
        until(endpoint, "DONE");
        assertThat(target.repository(Shop.BOOKS).exists("b1")).isTrue();
        assertThat(post(endpoint, "/pause", "by=bob&reason=wait%21").code()).isEqualTo(202);
        assertThat(get(endpoint, "/status").body()).contains("\"frozen\":true", "\"reason\":\"wait!\"");
        assertThat(get(endpoint, "/metrics").body())
                .contains("storeway_stage{stage=\"DUAL_WRITE\"} 1\n", "storeway_frozen 1\n", "storeway_marks 0\n");
        assertThat(post(endpoint, "/resume").code()).isEqualTo(200);
        assertThat(post(endpoint, "/verify").code()).isEqualTo(202);
        until(endpoint, "DONE");
        Answer back = post(endpoint, "/rollback");
        while (back.body().contains("acknowledged")) {
            back = post(endpoint, "/rollback"); // The instance hears of a change within its next heartbeat.
        }
        assertThat(back.code()).as(back.body()).isEqualTo(200);
        assertThat(back.body()).contains("\"stage\":\"OFF\"");
        assertThat(post(endpoint, "/rollback").code()).isEqualTo(409);
        assertThat(routed.control().history())
                .last()
                .satisfies(change -> assertThat(change.by()).isEqualTo("admin endpoint"));
    }

    @Test
    void closingWaitsForARequestThatIsBeingAnswered() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        CompletableFuture<Boolean> closedBefore = new CompletableFuture<>();
        AdminEndpoint endpoint = AdminEndpoint.of(listener -> {
                    asked.countDown();
                    try {
                        closedBefore.complete(closed.await(1, TimeUnit.SECONDS));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return migration(listener);
                })
                .token(TOKEN)
                .start();
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), endpoint.address().getPort())) {
            socket.getOutputStream()
                    .write(("GET /status HTTP/1.1\r\nHost: localhost\r\n" + BEARER.strip() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            asked.await();
            endpoint.close();
            closed.countDown();
        }
        assertThat(closedBefore.get()).isFalse();
    }
}
