package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.cache.CachedStorageTest.Item;
import io.storeway.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Records of many partitions that are read in one call. */
class CacheOfSeveralTest {

    private static final int ALL = 250;
    private static final List<Key> KEYS =
            IntStream.range(0, ALL).mapToObj(i -> Key.of("i" + i)).toList();

    private final ManualClock clock = new ManualClock(Instant.parse("2025-11-21T00:00:00Z"));
    private final HookedStore sourceStore = new HookedStore();
    private final HookedStore cacheStore = new HookedStore();
    private final List<Item> items = IntStream.range(0, ALL)
            .mapToObj(i -> new Item("i" + i, "text " + i))
            .toList();

    private CachedStorage open(UnaryOperator<CachedStorageBuilder> more) {
        KvStorage source = KvStorage.open(sourceStore, Catalog.of(CachedStorageTest.ITEMS), clock);
        return more.apply(CachedStorage.over(source, cacheStore)
                        .clock(clock)
                        .cache(CachedStorageTest.ITEMS, CachedStorageTest.HOUR))
                .open();
    }

    @Test
    void theCachesStoreIsAskedForAHundredAtOnce() {
        try (CachedStorage storage = open(builder -> builder)) {
            Repository<Item> cached = storage.repository(CachedStorageTest.ITEMS);
            cached.insertAll(items);
            cached.findAll(KEYS);
            sourceStore.reads.set(0);
            cacheStore.reads.set(0);
            assertThat(cached.findAll(KEYS)).isEqualTo(items);
            assertThat(cacheStore.reads).hasValue(3);
            assertThat(sourceStore.reads).hasValue(0);
            assertThat(storage.statistics().hits()).isEqualTo(ALL);
        }
    }

    @Test
    void whatTheProcessKeepsIsNotAskedFor() {
        try (CachedStorage storage = open(builder -> builder.near(ALL, Duration.ofHours(1)))) {
            Repository<Item> cached = storage.repository(CachedStorageTest.ITEMS);
            cached.insertAll(items);
            cached.findAll(KEYS);
            cached.findAll(KEYS);
            cacheStore.reads.set(0);
            assertThat(cached.findAll(KEYS.subList(0, 10))).isEqualTo(items.subList(0, 10));
            assertThat(cacheStore.reads).hasValue(0);
            cached.save(new Item("i3", "new"));
            cacheStore.reads.set(0);
            assertThat(cached.findAll(KEYS.subList(0, 5)))
                    .extracting(item -> item == null ? null : item.text())
                    .containsExactly("text 0", "text 1", "text 2", "new", "text 4");
            assertThat(storage.statistics().nearHits()).isEqualTo(14);
        }
    }

    @Test
    void withTheCacheDownTheSourceIsAskedOnceForAll() {
        try (CachedStorage storage = open(builder -> builder)) {
            Repository<Item> cached = storage.repository(CachedStorageTest.ITEMS);
            cached.insertAll(items);
            cacheStore.fail(() -> new StorageUnavailableException("down", ErrorContext.of("test"), null));
            sourceStore.reads.set(0);
            assertThat(cached.findAll(KEYS)).isEqualTo(items);
            assertThat(sourceStore.reads).hasValue(1);
            assertThat(storage.statistics().bypasses()).isEqualTo(ALL);
        }
    }

    @Test
    void eachOneThatIsNowhereIsLoaded() {
        List<String> loaded = new ArrayList<>();
        UnaryOperator<CachedStorageBuilder> loading = builder -> builder.reading(new CallersThread())
                .cache(CachedStorageTest.ITEMS, CachedStorageTest.HOUR, key -> {
                    loaded.add((String) key.values().get(0));
                    return List.of(new Item((String) key.values().get(0), "loaded"));
                });
        try (CachedStorage storage = open(loading)) {
            Repository<Item> cached = storage.repository(CachedStorageTest.ITEMS);
            cached.insert(items.get(0));
            assertThat(cached.findAll(KEYS.subList(0, 3)))
                    .containsExactly(items.get(0), new Item("i1", "loaded"), new Item("i2", "loaded"));
            cacheStore.fail(() -> new StorageUnavailableException("down", ErrorContext.of("test"), null));
            assertThat(cached.findAll(KEYS.subList(2, 4)))
                    .containsExactly(new Item("i2", "loaded"), new Item("i3", "loaded"));
            assertThat(loaded).containsExactly("i1", "i2", "i3");
        }
    }
}
