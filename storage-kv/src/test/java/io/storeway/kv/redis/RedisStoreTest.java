package io.storeway.kv.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.storeway.Blob;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.VersionConflictException;
import io.storeway.kv.KvStorage;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.Version;
import io.storeway.testkit.engine.Engines;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What lies in the server, and what others do there. */
class RedisStoreTest {

    private final String uri = Engines.redis().newPlace();
    private final RedisStore store = RedisStore.open(uri);
    private final RedisClient client = RedisClient.create(uri);
    private final StatefulRedisConnection<String, String> connection = client.connect();
    private final RedisCommands<String, String> others = connection.sync();

    @BeforeEach
    void place() {
        assertThat(others.dbsize()).isZero();
    }

    @AfterEach
    void close() {
        store.close();
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    private void put(String key, String value) {
        store.commit(List.of(), List.of(Write.put(key, bytes(value))));
    }

    private void put(String key, String value, long expected) {
        store.commit(List.of(new Expectation(key, expected)), List.of(Write.put(key, bytes(value))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Entry entry(String key) {
        return Objects.requireNonNull(store.get(key));
    }

    private long version(String key) {
        Entry entry = store.get(key);
        return entry == null ? 0 : entry.version();
    }

    private static String text(@Nullable Entry entry) {
        return entry == null ? "absent" : new String(entry.value(), StandardCharsets.UTF_8);
    }

    @Test
    void valuesAreStringsUnderTheirOwnKeys() {
        put("watchlist:42", "[\"SPY\"]");
        assertThat(others.get("watchlist:42")).isEqualTo("[\"SPY\"]");
        assertThat(others.ttl("watchlist:42")).as("no expiry of the server's").isEqualTo(-1);
        store.commit(List.of(), List.of(Write.delete("watchlist:42")));
        assertThat(others.exists("watchlist:42")).isZero();
    }

    @Test
    void existingValuesAreReadWithoutAnyWrite() {
        others.set("watchlist:42", "[\"SPY\"]");
        others.set("watchlist:43", "[]");
        assertThat(text(store.get("watchlist:42"))).isEqualTo("[\"SPY\"]");
        assertThat(store.list("watchlist:", null, 10).entries()).hasSize(2);
        assertThat(others.keys("*")).containsExactlyInAnyOrder("watchlist:42", "watchlist:43");
    }

    @Test
    void foreignWritesChangeTheVersionWhateverWasThereBefore() {
        for (String key : List.of("never-written-here", "written-here")) {
            others.set(key, "1");
            if (key.equals("written-here")) {
                put(key, "1");
            }
            long first = version(key);
            assertThat(version(key)).as("read again").isEqualTo(first);
            others.set(key, "2");
            long second = version(key);
            assertThat(second).isNotIn(0L, first);
            others.set(key, "3");
            assertThat(version(key)).isNotIn(0L, first, second);
            assertThatThrownBy(() -> put(key, "lost", first)).isInstanceOf(VersionConflictException.class);
            assertThatThrownBy(() -> put(key, "lost", second)).isInstanceOf(VersionConflictException.class);
            assertThat(others.get(key)).isEqualTo("3");
            put(key, "4", version(key));
            assertThat(others.get(key)).isEqualTo("4");
        }
    }

    @Test
    void foreignContentsCountAsEquallyNewAndAsNewerThanWhatWasWrittenHere() {
        put("k", "1");
        long own = store.counter(version("k"));
        others.set("k", "2");
        long foreign = store.counter(version("k"));
        others.set("k", "3");
        assertThat(foreign).isGreaterThan(own).isEqualTo(store.counter(version("k")));
        put("k", "4");
        assertThat(store.counter(version("k"))).isGreaterThan(foreign);
    }

    @Test
    void aForeignDeletionReadsAsAbsentAndVersionsGoOn() {
        put("k", "1");
        long before = version("k");
        others.del("k");
        assertThat(store.get("k")).isNull();
        assertThatThrownBy(() -> put("k", "lost", before)).isInstanceOf(VersionConflictException.class);
        put("k", "1", 0);
        assertThat(version("k")).isGreaterThan(before);
    }

    @Test
    void aForeignValueHasTheExpiryThatItWasGivenAndNotTheMetadataOfTheOneBefore() {
        store.commit(List.of(), List.of(new Write("k", bytes("1"), "{}", Instant.parse("2030-01-01T00:00:00Z"))));
        Instant end = Instant.ofEpochMilli(System.currentTimeMillis() + 3_600_123);
        others.set("k", "2", SetArgs.Builder.pxAt(end));
        for (int i = 0; i < 200; i++) {
            assertThat(entry("k").expiresAt()).isEqualTo(end);
        }
        assertThat(entry("k").metadata()).isNull();
    }

    @Test
    void theServersOwnExpiryComesAnHourAfterTheEntrysAndTheVersionADayLater() {
        Instant soon = Instant.ofEpochMilli(System.currentTimeMillis()).plusSeconds(60);
        Instant past = Instant.parse("2001-01-01T00:00:00Z");
        store.commit(
                List.of(), List.of(new Write("k", bytes("1"), null, soon), new Write("p", bytes("1"), null, past)));
        assertThat(others.pttl("k")).isBetween(3_600_000L, 3_661_000L);
        assertThat(others.pttl("p")).isBetween(3_590_000L, 3_600_000L);
        assertThat(entry("p").expiresAt()).isEqualTo(past);
        List<String> sidecars = others.keys("__storeway*");
        assertThat(sidecars)
                .hasSize(2)
                .allSatisfy(key -> assertThat(others.pttl(key)).isGreaterThan(86_400_000L));
        put("k", "2");
        assertThat(others.ttl("k")).as("written again without expiry").isEqualTo(-1);
    }

    @Test
    void whatIsKnownOfADeletedKeyEndsByItself() {
        put("k", "1");
        store.commit(List.of(), List.of(Write.delete("k"), Write.delete("never-there")));
        assertThat(others.keys("*"))
                .singleElement()
                .satisfies(key -> assertThat(others.ttl(key)).isBetween(86_000L, 86_500L));
    }

    @Test
    void purgeLetsGoWhatOthersHaveDeleted() {
        put("gone", "1");
        put("there", "1");
        others.del("gone");
        assertThat(store.purge(Instant.now())).isZero();
        assertThat(others.keys("__storeway*gone"))
                .singleElement()
                .satisfies(key -> assertThat(others.ttl(key)).isBetween(86_000L, 86_400L));
        assertThat(others.keys("__storeway*there"))
                .singleElement()
                .satisfies(key -> assertThat(others.ttl(key)).isEqualTo(-1));
    }

    @Test
    void otherTypesThanStringsAreNeitherListedNorReadNorOverwritten() {
        others.rpush("k", "an", "application's", "list");
        assertThat(store.get("k")).isNull();
        assertThat(store.list("", null, 10).entries()).isEmpty();
        assertThatThrownBy(() -> put("k", "1"))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("TYPE");
        assertThatThrownBy(() -> store.commit(List.of(), List.of(Write.put("a", bytes("1")), Write.delete("k"))))
                .isInstanceOf(InvalidValueException.class);
        assertThat(others.llen("k")).isEqualTo(3);
        assertThat(store.get("a")).isNull();
    }

    @Test
    void keysThatAreNoTextAreLeftAlone() {
        others.eval(
                "redis.call('SET', 'p:\\255', 'v'); redis.call('SET', 'p:a', 'v')",
                io.lettuce.core.ScriptOutputType.STATUS);
        assertThat(store.list("p:", null, 10).entries()).extracting(Entry::key).containsExactly("p:a");
    }

    @Test
    void keysOfAnyCharactersAreKeptApartAndFoundByTheirPrefix() {
        List<String> keys = new ArrayList<>(List.of(
                "a{b}c",
                "a{",
                "a}",
                "{}",
                "}{",
                "a*",
                "a[bc]",
                "a?",
                "a\\",
                "a\\*",
                "a\u0000b",
                "\u0000",
                "\ud83d\ude00",
                "\ud83d\ude00*",
                "a b",
                "a\nb",
                "a^",
                "a-z",
                "[a-z]",
                "é",
                "k".repeat(512),
                "__storeway:marks:{1}"));
        keys.forEach(key -> put(key, "value of " + key));
        for (String key : keys) {
            assertThat(text(store.get(key))).isEqualTo("value of " + key);
            assertThat(store.list(key, null, 100).entries())
                    .extracting(Entry::key)
                    .containsExactlyInAnyOrderElementsOf(
                            keys.stream().filter(other -> other.startsWith(key)).toList());
        }
        assertThat(store.list("", null, 100).entries()).hasSameSizeAs(keys);
    }

    @Test
    void longListingsComeInOrderAndEachKeyOnce() {
        IntStream.range(0, 2_500).forEach(i -> others.set("n:" + i, "v"));
        for (int window : List.of(7, 100, 100_000)) {
            try (RedisStore narrow = RedisStore.open(uri, window)) {
                List<String> found = new ArrayList<>();
                String cursor = null;
                do {
                    Listing part = narrow.list("n:", cursor, window < 10 ? 1_000 : 333);
                    part.entries().forEach(entry -> found.add(entry.key()));
                    cursor = window == 7 && found.size() >= 70 ? null : part.next();
                } while (cursor != null);
                assertThat(found).isSorted().doesNotHaveDuplicates().hasSize(window == 7 ? 70 : 2_500);
            }
        }
    }

    @Test
    void aListingGoesOnInAnotherProcess() {
        IntStream.range(0, 10).forEach(i -> put("n:" + i, "v"));
        Listing first = store.list("n:", null, 4);
        try (RedisStore other = RedisStore.open(uri)) {
            assertThat(other.list("n:", first.next(), 100).entries())
                    .extracting(Entry::key)
                    .containsExactly("n:4", "n:5", "n:6", "n:7", "n:8", "n:9");
        }
    }

    @Test
    void scriptsThatTheServerHasForgottenAreGivenToItAgain() {
        put("k", "1");
        others.scriptFlush();
        put("k", "2");
        others.scriptFlush();
        others.set("k", "3");
        assertThat(text(store.get("k"))).isEqualTo("3");
    }

    @Test
    void expiriesThatCannotBeKeptAreRefused() {
        for (Instant bad : List.of(Instant.MAX, Instant.MIN, Instant.parse("2030-01-01T00:00:00.0001Z"))) {
            assertThatThrownBy(() -> store.commit(List.of(), List.of(new Write("k", bytes("1"), null, bad))))
                    .isInstanceOf(InvalidValueException.class);
        }
        assertThat(others.dbsize()).isZero();
    }

    @Test
    void theServerWithoutAFileIsDeclaredSo() {
        assertThat(store.durable()).isFalse();
        assertThat(store.capabilities().reason(Capability.DURABLE)).contains("the server has appendonly no");
    }

    @Test
    void aUserWhoMayOnlyReadReads() {
        others.set("k", "foreign");
        put("own", "1");
        String name = "reader" + System.nanoTime();
        others.dispatch(
                io.lettuce.core.protocol.CommandType.ACL,
                new io.lettuce.core.output.StatusOutput<>(io.lettuce.core.codec.StringCodec.UTF8),
                new io.lettuce.core.protocol.CommandArgs<>(io.lettuce.core.codec.StringCodec.UTF8)
                        .add("SETUSER")
                        .add(name)
                        .add("on")
                        .add(">secret-word")
                        .add("~*")
                        .add("+@read")
                        .add("+@connection")
                        .add("+@scripting")
                        .add("+select")
                        .add("+time"));
        try (RedisStore reader = RedisStore.open(uri.replace("//", "//" + name + ":secret-word@"))) {
            assertThat(text(reader.get("own"))).isEqualTo("1");
            assertThat(text(reader.get("k"))).isEqualTo("foreign");
            assertThat(reader.list("", null, 10).entries()).hasSize(2);
            assertThat(reader.capabilities().reason(Capability.DURABLE))
                    .contains("the server doesn't tell whether it writes a file");
            assertThatThrownBy(() -> reader.commit(List.of(), List.of(Write.put("k", bytes("1")))))
                    .isInstanceOf(StorageUnavailableException.class);
        }
        assertThat(others.get("k")).isEqualTo("foreign");
        assertThatThrownBy(() -> RedisStore.open(uri.replace("//", "//" + name + ":other-word@")))
                .isInstanceOf(StorageUnavailableException.class)
                .hasStackTraceContaining("WRONGPASS")
                .satisfies(e -> assertThat(org.assertj.core.util.Throwables.getStackTrace(e))
                        .doesNotContain("other-word"));
    }

    @Test
    void aUriThatIsNoneIsRefusedWithoutRepeatingIt() {
        for (String bad : List.of(
                "redis://",
                "redis://u:geheim@h:x",
                "redis+cluster://",
                "redis+cluster://h:1/a{b}",
                "redis+cluster://u:geheim@h:port",
                "redis://h:1/x",
                "redis://h:1?timeout=0")) {
            assertThatThrownBy(() -> RedisStore.open(bad))
                    .as(bad)
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("uri")
                    .satisfies(e -> assertThat(org.assertj.core.util.Throwables.getStackTrace(e))
                            .doesNotContain("geheim"));
        }
    }

    /** Lettuce ignores options that it doesn't know, and takes another timeout or database for one that it can't read. */
    @Test
    void anOptionThatIsUnknownRepeatedOrUnreadableIsRefused() {
        for (String scheme : List.of("redis://h:1", "rediss://u:geheim@h:1/2", "redis+cluster://h:1,i:1/tag")) {
            for (String bad : List.of(
                    "tiemout=1",
                    "timeout",
                    "timeout=",
                    "timeout=abc",
                    "timeout=5x",
                    "timeout=1s&timeout=2s",
                    "clientName=a;db=3",
                    "db=x",
                    "sentinelMasterId=geheim",
                    "verifyPeer=perhaps",
                    "")) {
                assertThatThrownBy(() -> RedisStore.open(scheme + "?" + bad))
                        .as(bad)
                        .isInstanceOf(InvalidValueException.class)
                        .hasMessageContaining("timeout=2s, clientName=NAME or verifyPeer=FULL")
                        .hasMessageNotContaining("geheim");
            }
        }
    }

    @Test
    void aUserNamedLikeAnOptionChangesNothing() {
        assertThat(RedisAddress.parse("redis://timeout=:x@h").timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(RedisAddress.parse("redis://h?timeout=1500ms&clientName=a%20b&verifyPeer=CA")
                        .timeout())
                .isEqualTo(Duration.ofMillis(1500));
    }

    record Ticker(String chat, String ticker) {}

    private static final EntityType<Ticker> TICKERS = EntityType.of(Ticker.class)
            .named("tickers")
            .partitionedBy(Ticker::chat)
            .identifiedBy(Ticker::ticker)
            .keyValue("watchlist:{chat}", Blob.arrayOf(Ticker::ticker))
            .build();

    @Test
    void aUnitRunsAgainIfAnotherApplicationWroteWhatItHadRead() {
        KvStorage storage = KvStorage.open(store, Catalog.of(TICKERS));
        others.set("watchlist:42", "[\"SPY\"]");
        AtomicInteger runs = new AtomicInteger();
        storage.transact(unit -> {
            Repository<Ticker> tickers = unit.repository(TICKERS);
            assertThat(tickers.partition("42").list()).hasSize(runs.incrementAndGet());
            if (runs.get() == 1) {
                others.set("watchlist:42", "[\"SPY\",\"QQQ\"]");
            }
            tickers.insert(new Ticker("42", "AAPL"));
            return true;
        });
        assertThat(runs).hasValue(2);
        assertThat(others.get("watchlist:42")).isEqualTo("[\"SPY\",\"QQQ\",\"AAPL\"]");
    }

    @Test
    void aMigrationComparesForeignContentsByWhatTheyAre() {
        ReplicaStore replica = KvStorage.open(store, Catalog.of(TICKERS)).replica();
        Key key = Key.of("42");
        others.set("watchlist:42", "[\"SPY\"]");
        Version first = replica.read(TICKERS, List.of(key)).get(0).version();
        others.set("watchlist:42", "[\"QQQ\"]");
        assertThat(replica.read(TICKERS, List.of(key)).get(0).version()).isEqualTo(first);
        assertThat(replica.scan(TICKERS, null, 10).partitions())
                .singleElement()
                .satisfies(state -> assertThat(state.version()).isEqualTo(first));
    }

    @Test
    void whatOthersWriteInOneStepIsReadSo() throws Exception {
        others.mset(Map.of("a", "0", "b", "0"));
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 1; i <= 500; i++) {
                String value = Integer.toString(i);
                others.mset(Map.of("a", value, "b", value));
            }
        });
        do {
            List<@Nullable Entry> both = store.getAll(List.of("a", "b"));
            assertThat(text(both.get(0))).isEqualTo(text(both.get(1)));
        } while (!writer.isDone());
        writer.get();
        assertThat(text(store.get("a"))).isEqualTo("500");
    }

    @Test
    void noThreadIsLeftBehind() throws InterruptedException {
        close();
        List<Thread> running;
        try (RedisStore another = RedisStore.open(uri)) {
            another.get("k");
            running = lettuceThreads();
        }
        assertThat(running).isNotEmpty();
        for (Thread thread : lettuceThreads()) {
            thread.join(10_000);
        }
        assertThat(lettuceThreads()).isEmpty();
    }

    private static List<Thread> lettuceThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && thread.getName().startsWith("lettuce"))
                .toList();
    }
}
