package io.storeway.kv.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.sync.RedisAdvancedClusterCommands;
import io.storeway.Blob;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.error.VersionConflictException;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.engine.Engines;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys that lie in different slots. */
class RedisClusterTest {

    record Ticker(String chat, String ticker) {}

    private static final EntityType<Ticker> TICKERS = EntityType.of(Ticker.class)
            .named("tickers")
            .partitionedBy(Ticker::chat)
            .identifiedBy(Ticker::ticker)
            .keyValue("watchlist:{chat}", Blob.arrayOf(Ticker::ticker))
            .build();

    private final String uri = Engines.redisCluster().uri();
    private final RedisStore store = RedisStore.open(uri);
    private final RedisClusterClient client = RedisClusterClient.create(uri.replace("+cluster", ""));
    private final StatefulRedisClusterConnection<String, String> connection = client.connect();
    private final RedisAdvancedClusterCommands<String, String> others = connection.sync();

    @BeforeEach
    void empty() {
        others.flushall();
    }

    @AfterEach
    void close() {
        store.close();
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    private static Write write(String key, String value) {
        return Write.put(key, value.getBytes(StandardCharsets.UTF_8));
    }

    private void put(String key, String value) {
        store.commit(List.of(), List.of(write(key, value)));
    }

    @Test
    void aCommitOverSeveralSlotsIsRefusedBeforeAnyEffect() {
        assertThatThrownBy(() -> store.commit(List.of(), List.of(write("a", "1"), write("b", "1"))))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("slots");
        assertThatThrownBy(() -> store.commit(List.of(new Expectation("a", 0)), List.of(write("b", "1"))))
                .isInstanceOf(UnsupportedCapabilityException.class);
        assertThat(others.dbsize()).isZero();
    }

    @Test
    void keysWithTheSamePartInBracesCommitTogether() {
        store.commit(List.of(new Expectation("{u}:a", 0)), List.of(write("{u}:a", "1"), write("x{u}y", "1")));
        assertThat(others.get("{u}:a")).isEqualTo("1");
        assertThat(others.get("x{u}y")).isEqualTo("1");
        assertThatThrownBy(() -> store.commit(List.of(new Expectation("{u}:a", 0)), List.of(write("x{u}y", "2"))))
                .isInstanceOf(VersionConflictException.class);
    }

    @Test
    void whatIsKnownOfAKeyLiesInItsSlotWhateverTheKey() {
        List<String> keys = new ArrayList<>(List.of(
                "a", "{a}b", "a}b", "{}a", "{", "}", "}{", "a{b", "{{a}}", "}:{a}", "\u0000{\u0000}", "é", "*"));
        IntStream.range(0, 200).forEach(i -> keys.add("key:" + i));
        for (String key : keys) {
            put(key, "1");
            put(key, "2");
            assertThat(Objects.requireNonNull(store.get(key)).value()).containsExactly('2');
        }
        List<String> sidecars = others.keys("__storeway:entry:*");
        assertThat(sidecars).hasSameSizeAs(keys);
        for (String sidecar : sidecars) {
            String key = sidecar.substring(sidecar.indexOf("}:") + 2);
            assertThat(SlotHash.getSlot(sidecar)).as(key).isEqualTo(SlotHash.getSlot(key));
        }
    }

    @Test
    void listingsAndReadsOfManyCoverAllMasters() {
        List<String> keys =
                IntStream.range(0, 300).mapToObj(i -> "n:" + (1_000 + i)).toList();
        for (int i = 0; i < keys.size(); i++) {
            if (i % 2 == 0) {
                others.set(keys.get(i), "foreign");
            } else {
                put(keys.get(i), "own");
            }
        }
        List<String> found = new ArrayList<>();
        Listing part = store.list("n:", null, 70);
        part.entries().forEach(entry -> found.add(entry.key()));
        while (part.next() != null) {
            part = store.list("n:", part.next(), 70);
            part.entries().forEach(entry -> found.add(entry.key()));
        }
        assertThat(found).isEqualTo(keys);
        assertThat(store.getAll(keys))
                .doesNotContainNull()
                .extracting(entry -> entry == null ? "" : entry.key())
                .containsExactlyElementsOf(keys);
    }

    @Test
    void purgeCoversAllMasters() {
        Instant past = Instant.parse("2020-01-01T00:00:00Z");
        IntStream.range(0, 100)
                .forEach(i -> store.commit(List.of(), List.of(new Write("p" + i, new byte[1], null, past))));
        put("kept", "1");
        assertThat(store.purge(past)).isEqualTo(100);
        assertThat(store.list("", null, 10).entries()).extracting(Entry::key).containsExactly("kept");
    }

    @Test
    void aRepositoryWorksPartitionByPartitionAndUnitsOfWorkAreDeclined() {
        others.set("watchlist:legacy", "[\"SPY\"]");
        try (Storage storage = Storages.open(uri, Catalog.of(TICKERS))) {
            Repository<Ticker> tickers = storage.repository(TICKERS);
            tickers.insert(new Ticker("legacy", "QQQ"));
            tickers.insert(new Ticker("new", "AAPL"));
            assertThat(others.get("watchlist:legacy")).isEqualTo("[\"SPY\",\"QQQ\"]");
            assertThat(tickers.all().allowScan().list()).hasSize(3);
            List<Ticker> both = List.of(new Ticker("legacy", "X"), new Ticker("new", "X"));
            assertThatThrownBy(() -> tickers.insertAll(both)).isInstanceOf(UnsupportedCapabilityException.class);
            assertThat(tickers.all().allowScan().list()).hasSize(3);
            assertThat(storage.capabilities().reason(Capability.UNITS_OF_WORK).orElseThrow())
                    .contains("slots");
            assertThatThrownBy(() ->
                            storage.transact(unit -> unit.repository(TICKERS).find("new", "AAPL")))
                    .isInstanceOf(UnsupportedCapabilityException.class);
        }
    }

    @Test
    void aTagKeepsStoresApartAndUnitsOfWorkWhole() {
        try (RedisStore one = RedisStore.open(uri + "/one");
                RedisStore two = RedisStore.open(uri + "/two")) {
            one.commit(List.of(), List.of(write("a", "1"), write("b", "1")));
            two.commit(List.of(), List.of(write("a", "2")));
            assertThat(others.get("{one}a")).isEqualTo("1");
            assertThat(one.list("", null, 10).entries()).extracting(Entry::key).containsExactly("a", "b");
            assertThat(one.capabilities().has(Capability.UNITS_OF_WORK)).isTrue();
            assertThat(store.list("", null, 10).entries()).hasSize(3);
        }
    }

    @Test
    void aNodeOfAClusterIsNoServerOfItsOwn() {
        String node = "redis://" + uri.substring(uri.lastIndexOf(',') + 1);
        try (RedisStore single = RedisStore.open(node)) {
            assertThatThrownBy(() -> IntStream.range(0, 10).forEach(i -> single.get("k" + i)))
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining("redis+cluster://");
        }
    }
}
