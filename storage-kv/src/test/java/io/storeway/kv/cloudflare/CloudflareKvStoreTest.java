package io.storeway.kv.cloudflare;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.Capability;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.KeyValueStores;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudflareKvStoreTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final RestServer SERVER = new RestServer();
    private static int namespaces;

    private final String namespace = "t" + namespaces++;
    private final VirtualTimer timer = new VirtualTimer();
    private final KeyValueStore store = open(SERVER.uri(namespace));

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private KeyValueStore open(String uri) {
        SERVER.requests();
        return CloudflareKvStore.open(uri, RestServer.TOKEN, CLOCK, timer);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(@Nullable Entry entry) {
        return entry == null ? "absent" : new String(entry.value(), StandardCharsets.UTF_8);
    }

    private void put(String key, String value) {
        store.commit(List.of(), List.of(Write.put(key, bytes(value))));
    }

    private static List<Write> numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Write.put("k%05d".formatted(i), bytes("v" + i)))
                .toList();
    }

    @Test
    void whatItPromisesIsDeclared() {
        assertThat(store.capabilities().declared())
                .containsExactlyInAnyOrder(
                        Capability.WRITES,
                        Capability.DURABLE,
                        Capability.NUL_CHARACTERS,
                        Capability.NEGATIVE_ZERO,
                        Capability.REFERENCES,
                        Capability.UNIQUE_KEYS,
                        Capability.INDEXED_QUERIES);
        assertThat(store.maxKeyBytes()).isEqualTo(512);
        assertThat(store.identity()).isEqualTo("acc/" + namespace);
    }

    @Test
    void aNamespaceIsReadOnlyUntilLastWriterWinsIsChosen() {
        put("k", "v");
        KeyValueStore readOnly = open("cloudflare-kv://acc/" + namespace + "?api=" + SERVER.api());
        assertThat(text(readOnly.get("k"))).isEqualTo("v");
        assertThatThrownBy(() -> readOnly.commit(List.of(), List.of(Write.delete("k"))))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("?writes=last-writer-wins");
        assertThatThrownBy(() -> readOnly.writeEach(List.of(Write.delete("k"))))
                .isInstanceOf(UnsupportedCapabilityException.class);
        assertThatThrownBy(() -> readOnly.purge(NOW)).isInstanceOf(UnsupportedCapabilityException.class);
        assertThat(readOnly.capabilities().has(Capability.WRITES)).isFalse();
        assertThat(text(store.get("k"))).isEqualTo("v");
    }

    @Test
    void aHundredValuesAreReadByOneRequestAndBytesThatAreNoTextByTheirOwn() {
        store.writeEach(numbered(250));
        byte[] binary = {1, (byte) 0xff, 0, (byte) 0x80};
        store.commit(List.of(), List.of(new Write("b/ä +%", binary, "{\"a\":1}", NOW.plusSeconds(60))));
        SERVER.requests();
        List<String> keys =
                new ArrayList<>(numbered(250).stream().map(Write::key).toList());
        keys.add("absent");
        Collections.reverse(keys);
        assertThat(store.getAll(keys)).hasSize(251).first().isNull();
        assertThat(SERVER.requests()).containsExactly("POST bulk/get", "POST bulk/get", "POST bulk/get");
        Entry entry = requireNonNull(store.get("b/ä +%"));
        assertThat(entry.value()).isEqualTo(binary);
        assertThat(entry.metadata()).isEqualTo("{\"a\":1}");
        assertThat(entry.expiresAt()).isEqualTo(NOW.plusSeconds(60));
        assertThat(SERVER.requests())
                .containsExactly("POST bulk/get", "GET values/b%2F%C3%A4%20%2B%25", "GET metadata/b%2F%C3%A4%20%2B%25");
    }

    @Test
    void whatIsTooLargeForOneAnswerIsReadInHalvesAndAlone() {
        store.writeEach(numbered(3));
        SERVER.requests();
        SERVER.next(RestServer.error(413, 10_000));
        SERVER.next(RestServer.error(413, 10_000));
        assertThat(store.getAll(List.of("k00000", "k00001", "k00002")))
                .extracting(CloudflareKvStoreTest::text)
                .containsExactly("v0", "v1", "v2");
        assertThat(SERVER.requests())
                .containsExactly(
                        "POST bulk/get", "POST bulk/get", "GET values/k00000", "GET metadata/k00000", "POST bulk/get");
        SERVER.next(RestServer.error(413, 10_000));
        assertThatThrownBy(() -> put("k00000", "v")).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void anEmptyPageIsNotTheEnd() {
        store.writeEach(numbered(25));
        SERVER.emptyPages = true;
        try {
            for (int limit : new int[] {3, 10, 1_000}) {
                List<String> keys = new ArrayList<>();
                int empty = 0;
                @Nullable String cursor = null;
                do {
                    Listing page = store.list("k", cursor, limit);
                    empty += page.entries().isEmpty() ? 1 : 0;
                    page.entries().forEach(entry -> keys.add(entry.key()));
                    cursor = page.next();
                } while (cursor != null);
                assertThat(keys)
                        .containsExactlyElementsOf(
                                numbered(25).stream().map(Write::key).toList());
                assertThat(empty).isPositive();
            }
        } finally {
            SERVER.emptyPages = false;
        }
    }

    @Test
    void aListedKeyThatAReadOfManyMissesIsReadAlone() {
        store.writeEach(List.of(Write.put("missed", bytes("1")), Write.put("seen", bytes("2"))));
        SERVER.missed.add("missed");
        assertThat(store.list("", null, 10).entries())
                .extracting(CloudflareKvStoreTest::text)
                .containsExactly("1", "2");
        SERVER.missed.clear();
    }

    @Test
    void tenThousandWritesAreARequest() {
        store.writeEach(numbered(10_001));
        assertThat(SERVER.requests()).containsExactly("PUT bulk", "PUT bulk");
        assertThat(SERVER.namespace(namespace)).hasSize(10_001);
        store.writeEach(numbered(10_001).stream()
                .map(write -> Write.delete(write.key()))
                .toList());
        assertThat(SERVER.requests()).containsExactly("POST bulk/delete", "POST bulk/delete");
        assertThat(SERVER.namespace(namespace)).isEmpty();
    }

    @Test
    void keysThatWereLeftUndoneAreSentAgainASecondLater() {
        SERVER.undone.put("k00001", 2);
        store.writeEach(numbered(3));
        assertThat(text(store.get("k00001"))).isEqualTo("v1");
        assertThat(timer.slept()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    @Test
    void keysThatAreLeftUndoneForGoodAreAnUnknownOutcomeWhereOthersWereWritten() {
        SERVER.undone.put("k00001", 100);
        assertThatThrownBy(() -> store.writeEach(numbered(3)))
                .isInstanceOf(UnknownOutcomeException.class)
                .hasMessageContaining("1 of 3");
        assertThatThrownBy(() -> put("k00001", "v")).isInstanceOf(StorageUnavailableException.class);
        SERVER.undone.clear();
        assertThat(store.get("k00001")).isNull();
    }

    @Test
    void writesOfAKeyAreASecondApartAndThoseOfOthersAreNot() {
        put("k", "1");
        put("l", "1");
        assertThat(timer.slept()).isEmpty();
        put("k", "2");
        put("k", "3");
        assertThat(timer.slept()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
        put("l", "2");
        assertThat(timer.slept()).hasSize(2);
    }

    @Test
    void aKeyForWhichTooManyWaitIsATimeout() {
        KeyValueStore hasty = open(SERVER.uri(namespace) + "&timeout=900ms");
        hasty.commit(List.of(), List.of(Write.put("k", bytes("1"))));
        assertThatThrownBy(() -> hasty.commit(List.of(), List.of(Write.put("k", bytes("2")))))
                .isInstanceOf(StorageTimeoutException.class);
        assertThat(text(store.get("k"))).isEqualTo("1");
    }

    @Test
    void throttlingIsWaitedForAsLongAsTheServiceAsks() {
        SERVER.next(RestServer.error(429, 10_013, "Retry-After", "7"));
        SERVER.next(RestServer.error(429, 10_013, "Retry-After", "Thu, 1 Jan 2026 00:00:03 GMT"));
        SERVER.next(RestServer.error(429, 10_013));
        put("k", "v");
        assertThat(timer.slept()).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(3), Duration.ofSeconds(4));
        assertThat(text(store.get("k"))).isEqualTo("v");
    }

    @Test
    void throttlingBeyondTheTimeOfTheCallIsUnavailableAtOnceAndNothingWasWritten() {
        SERVER.next(RestServer.error(429, 10_013, "Retry-After", "300"));
        assertThatThrownBy(() -> put("k", "v"))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("300 s");
        assertThat(timer.slept()).isEmpty();
        assertThat(store.get("k")).isNull();
    }

    @Test
    void errorsOfTheServiceBrokenConnectionsAndGarbageAreTriedAgain() {
        List<RestServer.Fault> faults = List.of(
                RestServer.error(500, 10_001),
                RestServer.text(502, "<html>Bad gateway</html>"),
                RestServer.text(200, "{\"success\":tr"),
                RestServer.text(200, "[]"),
                CloudflareKvStoreTest::broken,
                CloudflareKvStoreTest::truncated);
        for (RestServer.Fault fault : faults) {
            SERVER.next(fault);
            put("k", "v");
            SERVER.next(fault);
            assertThat(text(store.get("k"))).isEqualTo("v");
            SERVER.next(fault);
            assertThat(store.list("", null, 10).entries()).hasSize(1);
        }
    }

    private static boolean broken(com.sun.net.httpserver.HttpExchange exchange) {
        exchange.close();
        return true;
    }

    private static boolean truncated(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 1_000);
        exchange.getResponseBody().write(bytes("{\"success\":true,\"result\":"));
        exchange.getResponseBody().flush();
        exchange.close();
        return true;
    }

    @Test
    void troubleThatLastsIsUnavailableForReadsAndAnUnknownOutcomeForWrites() {
        for (int i = 0; i < 5; i++) {
            SERVER.next(RestServer.error(503, 10_001));
        }
        assertThatThrownBy(() -> store.get("k")).isInstanceOf(StorageUnavailableException.class);
        for (int i = 0; i < 5; i++) {
            SERVER.next(RestServer.error(503, 10_001));
        }
        assertThatThrownBy(() -> put("k", "v")).isInstanceOf(UnknownOutcomeException.class);
    }

    @Test
    void aServerThatIsNotThereIsUnavailableForWritesToo() {
        RestServer gone = new RestServer();
        KeyValueStore nowhere = open(gone.uri("n"));
        gone.close();
        assertThatThrownBy(() -> nowhere.commit(List.of(), List.of(Write.put("k", bytes("v")))))
                .isInstanceOf(StorageUnavailableException.class);
    }

    @Test
    void anAnswerThatDoesNotComeInTimeEndsTheCall() {
        CountDownLatch held = new CountDownLatch(1);
        RestServer.Fault slow = exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        };
        KeyValueStore hasty = CloudflareKvStore.open(SERVER.uri(namespace) + "&timeout=300ms", RestServer.TOKEN);
        SERVER.next(slow);
        assertThatThrownBy(() -> hasty.get("k")).isInstanceOf(StorageTimeoutException.class);
        SERVER.next(slow);
        assertThatThrownBy(() -> hasty.commit(List.of(), List.of(Write.put("k", bytes("v")))))
                .isInstanceOf(UnknownOutcomeException.class);
        held.countDown();
    }

    @Test
    void refusalsNameTheRemedyAndNeitherTheTokenNorWhatTheServiceQuotes() {
        KeyValueStore stranger = CloudflareKvStore.open(SERVER.uri(namespace), "other-token", CLOCK, timer);
        KeyValueStore lost = open(SERVER.uri("none"));
        SERVER.next(RestServer.error(400, 10_012));
        List<Throwable> errors = new ArrayList<>();
        errors.add(catchThrowable(() -> store.commit(List.of(), List.of(Write.put("k1", bytes("v"))))));
        errors.add(catchThrowable(() -> stranger.get("k1")));
        errors.add(catchThrowable(() -> lost.get("k1")));
        assertThat(errors)
                .allSatisfy(error -> assertThat(error)
                        .isInstanceOf(StorageException.class)
                        .message()
                        .doesNotContain("k1", "other-token", RestServer.TOKEN));
        assertThat(errors.get(0)).isInstanceOf(InvalidValueException.class).hasMessageContaining("10012");
        assertThat(errors.get(1)).hasMessageContaining("CLOUDFLARE_API_TOKEN");
        assertThat(errors.get(2)).hasMessageContaining("no such namespace");
        assertThat(stranger.toString()).doesNotContain("other-token");
    }

    @Test
    void limitsAreKeptBeforeAnythingIsSent() {
        byte[] value = {1};
        List<Write> writes = List.of(
                Write.put("k".repeat(513), value),
                Write.put(".", value),
                Write.put("..", value),
                Write.put("k", new byte[(25 << 20) + 1]),
                Write.put("k", bytes("\ufefftext")),
                new Write("k", value, "\"" + "m".repeat(1_023) + "\"", null),
                new Write("k", value, "not JSON", null),
                new Write("k", value, "null", null),
                new Write("k", value, "{ }", null),
                new Write("k", value, "9007199254740993", null),
                new Write("k", value, "[1.0]", null),
                new Write("k", value, "{\"b\":1,\"1\":2}", null),
                new Write("k", value, null, NOW.plusSeconds(59)),
                new Write("k", value, null, NOW.plusMillis(60_001)),
                new Write("k", value, null, Instant.MAX));
        for (Write write : writes) {
            for (List<Write> batch : List.of(List.of(write), List.of(Write.put("first", value), write))) {
                assertThatThrownBy(() -> store.writeEach(batch))
                        .as(String.valueOf(write.metadata()))
                        .isInstanceOf(InvalidValueException.class);
            }
        }
        assertThat(SERVER.requests()).isEmpty();
        for (Write write : List.of(
                Write.put("k".repeat(512), value),
                Write.put("large", new byte[25 << 20]),
                new Write("m", value, "\"" + "m".repeat(1_022) + "\"", null),
                new Write("n", value, "{\"n\":[0.1,-12,9007199254740992]}", NOW.plusSeconds(60)))) {
            store.commit(List.of(), List.of(write));
            Entry entry = requireNonNull(store.get(write.key()));
            assertThat(entry.value()).isEqualTo(write.value());
            assertThat(entry.metadata()).isEqualTo(write.metadata());
            assertThat(entry.expiresAt()).isEqualTo(write.expiresAt());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cloudflare-kv://acc",
                "cloudflare-kv://acc/",
                "cloudflare-kv://token@acc/ns",
                "cloudflare-kv://acc/ns/more",
                "cloudflare-kv://acc/ns?token=secret",
                "cloudflare-kv://acc/ns?writes=maybe",
                "cloudflare-kv://acc/ns?timeout=0s",
                "cloudflare-kv://acc/ns?timeout=30",
                "cloudflare-kv://acc/ns?tokenVariable=a-b",
                "cloudflare-kv://acc/ns?api=http://example.org/v4",
                "cloudflare-kv://acc/ns?api=https://user:secret@example.org",
                "cloudflare-kv://acc/ns?api=file:/tmp",
                "cloudflare-kv://acc/ns?api=%zz",
                "cloudflare-kv://acc/ns?timeout=1s&timeout=2s"
            })
    void aUriThatIsNoneIsRefusedWithoutRepeatingIt(String uri) {
        assertThatThrownBy(() -> KeyValueStores.open(uri))
                .isInstanceOf(InvalidValueException.class)
                .message()
                .doesNotContain("secret", "token@");
    }

    @Test
    void aMissingTokenNamesTheVariable() {
        assertThatThrownBy(() -> KeyValueStores.open("cloudflare-kv://acc/ns?tokenVariable=NOT_SET_ANYWHERE"))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("NOT_SET_ANYWHERE");
    }
}
