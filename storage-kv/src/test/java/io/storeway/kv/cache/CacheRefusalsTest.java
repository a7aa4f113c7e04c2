package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.error.StorageClosedException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.NdjsonStore;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import io.storeway.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cache refuses: settings that keep no promise, garbage in its store, and calls after its end. */
class CacheRefusalsTest {

    record Item(String shelf, String id) {}

    record Other(String id) {}

    private static final EntityType<Item> ITEMS = EntityType.of(Item.class)
            .named("items")
            .partitionedBy(Item::shelf)
            .identifiedBy(Item::id)
            .build();
    private static final EntityType<Other> OTHERS =
            EntityType.of(Other.class).named("others").identifiedBy(Other::id).build();
    private static final CachePolicy HOUR = CachePolicy.lasting(Duration.ofHours(1));

    private final ManualClock clock = new ManualClock(Instant.parse("2025-11-21T00:00:00Z"));
    private final HookedStore sourceStore = new HookedStore();
    private final MemoryStore cacheStore = new MemoryStore();
    private final KvStorage source = KvStorage.open(sourceStore, Catalog.of(ITEMS, OTHERS), clock);
    private final List<CachedStorage> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(CachedStorage::close);
    }

    private CachedStorageBuilder builder() {
        return CachedStorage.over(source, cacheStore).clock(clock).cache(ITEMS, HOUR.maxRecords(2));
    }

    private CachedStorage open(CachedStorageBuilder builder) {
        CachedStorage storage = builder.open();
        opened.add(storage);
        return storage;
    }

    @Test
    void timesThatWouldLeaveTheCacheUnusedOrUnguardedAreRefused() {
        for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofNanos(1))) {
            assertThatThrownBy(() -> builder().timeout(none)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> builder().markLifetime(none)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> builder().markLifetime(Duration.ofDays(1).plusMillis(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a day");
        open(builder().timeout(Duration.ofDays(365_000)).markLifetime(Duration.ofDays(1)))
                .repository(ITEMS)
                .insert(new Item("s", "1"));
    }

    @Test
    void aLoaderBeforeASourceThatTakesNoWritesIsRefused(@TempDir Path folder) throws Exception {
        Path dump = Files.createFile(folder.resolve("dump.ndjson"));
        try (NdjsonStore store = NdjsonStore.open(dump)) {
            KvStorage reading = KvStorage.open(store, Catalog.of(ITEMS));
            CachedStorage.over(reading, cacheStore).cache(ITEMS, HOUR).open().close();
            assertThatThrownBy(() -> CachedStorage.over(reading, cacheStore)
                            .cache(ITEMS, HOUR, key -> List.of())
                            .open())
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("WRITES");
        }
    }

    @Test
    void aTypeThatIsNotCachedCannotBeWarmed() {
        CachedStorage storage = open(builder());
        assertThatThrownBy(() -> storage.warm(OTHERS, List.of(Key.of("1"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("others");
    }

    @Test
    void everyCallAfterTheEndIsRefused() {
        CachedStorage storage = open(builder());
        RowStore rows = storage.repository(ITEMS).rows();
        storage.close();
        Selection all = new Selection(Key.of("s"), new Condition.And<>(List.of()), List.of(), null, 10);
        assertThatThrownBy(() -> rows.select(ITEMS, all)).isInstanceOf(StorageClosedException.class);
        assertThatThrownBy(() -> rows.snapshot(ITEMS, Key.of("s"))).isInstanceOf(StorageClosedException.class);
        assertThatThrownBy(() -> rows.countBy(ITEMS, all, ITEMS.fields().get(1)))
                .isInstanceOf(StorageClosedException.class);
        assertThatThrownBy(() -> storage.replica().transact(unit -> 1)).isInstanceOf(StorageClosedException.class);
        assertThatThrownBy(storage::purge).isInstanceOf(StorageClosedException.class);
    }

    @Test
    void aUnitOfWorkThatIsUnderWayAtTheEndWritesNothingOfWhichTheStoreCannotBeTold() {
        Repository<Item> elsewhere = open(builder()).repository(ITEMS);
        elsewhere.insert(new Item("s", "1"));
        assertThat(elsewhere.partition("s").list()).hasSize(1);
        CachedStorage storage = open(builder().timeout(Duration.ofSeconds(30)));

        assertThatThrownBy(() -> storage.transact(unit -> {
                    unit.repository(ITEMS).insert(new Item("s", "2"));
                    storage.close();
                    return 1;
                }))
                .isInstanceOf(StorageClosedException.class);
        assertThat(elsewhere.partition("s").list())
                .isEqualTo(source.repository(ITEMS).partition("s").list());
    }

    @Test
    void garbageThatLooksLikeAMarkIsReplaced() {
        CachedStorage storage = open(builder());
        Repository<Item> items = storage.repository(ITEMS);
        source.repository(ITEMS).insert(new Item("s", "0"));
        byte[] garbage = "Many words that somebody else has put under the key of this partition, in English"
                .getBytes(StandardCharsets.US_ASCII);
        for (boolean written : new boolean[] {false, true}) {
            cacheStore.commit(List.of(), List.of(Write.put("cache:items:s", garbage)));
            if (written) {
                items.insert(new Item("s", "1"));
            }
            items.partition("s").list();
            int reads = sourceStore.reads.get();
            items.partition("s").list();
            assertThat(sourceStore.reads).as("written %s", written).hasValue(reads);
        }
        assertThat(storage.statistics(ITEMS).poisoned()).isEqualTo(1);
    }

    @Test
    void readsOfAPartitionThatIsTooLargeAreNoHits() {
        for (boolean near : new boolean[] {false, true}) {
            CachedStorage storage = open(near ? builder().near(10, Duration.ofHours(1)) : builder());
            Repository<Item> items = storage.repository(ITEMS);
            items.partition("s").replace(List.of(new Item("s", "1"), new Item("s", "2"), new Item("s", "3")));
            for (int i = 0; i < 4; i++) {
                assertThat(items.partition("s").list()).hasSize(3);
            }
            assertThat(storage.statistics(ITEMS).hitRate()).isZero();
            assertThat(storage.statistics(ITEMS).reads()).isEqualTo(4);
            assertThat(storage.statistics(ITEMS).bypasses()).isEqualTo(3);
        }
    }

    @Test
    void aPolicyMayKeepHoweverManyRecords() {
        Repository<Item> items =
                open(builder().cache(ITEMS, HOUR.maxRecords(Integer.MAX_VALUE))).repository(ITEMS);
        items.insert(new Item("s", "1"));
        for (int read = 0; read < 2; read++) {
            assertThat(items.partition("s").list()).hasSize(1);
        }
    }

    @Test
    void aPartitionOfWhichAnotherWriterStoredOtherRecordsWhileItWasLoadedIsAsThatOneLeftIt() {
        Repository<Item> items = open(builder().cache(ITEMS, HOUR, key -> {
                    source.repository(ITEMS).insert(new Item("s", "1"));
                    return List.of(new Item("s", "1"), new Item("s", "2"));
                }))
                .repository(ITEMS);
        assertThat(items.partition("s").list()).containsExactly(new Item("s", "1"));
    }
}
