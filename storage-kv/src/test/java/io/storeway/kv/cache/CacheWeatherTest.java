package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.error.StorageException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.StoreCall;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Whatever becomes of the calls of the cache's store, and of the writes of the source: the instance that writes reads what
 * the source has, while another one fills the cache. When nothing fails so does the other one.
 */
class CacheWeatherTest {

    record Item(String id, int number) {}

    private static final EntityType<Item> ITEMS = EntityType.of(Item.class)
            .named("items")
            .identifiedBy(Item::id)
            .keyValue("item:{id}", Blob.object())
            .build();
    private static final int STEPS = 60;
    private static final List<Key> BOTH = List.of(Key.of("a"), Key.of("b"));

    /** A source and two instances of a cache before it, one step after another. */
    private static final class World {

        private final ManualClock clock = new ManualClock(Instant.parse("2025-11-21T00:00:00Z"));
        private final SplittableRandom random;
        private final FaultPlan cacheFaults;
        private final FaultPlan sourceFaults;
        private final MemoryStore sourceStore = new MemoryStore();
        private final MemoryStore cacheStore = new MemoryStore();
        private final Repository<Item> past =
                KvStorage.open(sourceStore, Catalog.of(ITEMS), clock).repository(ITEMS);
        private int next;

        World(long seed, double rate) {
            this.random = new SplittableRandom(seed);
            this.cacheFaults = FaultPlan.random(
                    seed, rate, Fault.FAIL_BEFORE, Fault.LOST_REQUEST, Fault.FAIL_AFTER, Fault.DUPLICATE);
            SplittableRandom chance = new SplittableRandom(seed);
            this.sourceFaults = FaultPlan.none()
                    .when(call -> unlucky(call, chance, rate), Fault.FAIL_AFTER)
                    .when(call -> unlucky(call, chance, rate), Fault.LOST_REQUEST);
        }

        private static boolean unlucky(StoreCall call, SplittableRandom chance, double rate) {
            return call.writes() && chance.nextDouble() < rate;
        }

        private CachedStorage instance(UnaryOperator<CachedStorageBuilder> more) {
            KvStorage source = KvStorage.open(Faults.of(sourceFaults).in(sourceStore), Catalog.of(ITEMS), clock);
            return more.apply(CachedStorage.over(source, Faults.of(cacheFaults).in(cacheStore))
                            .clock(clock)
                            .reading(new CallersThread())
                            .cache(
                                    ITEMS,
                                    CachePolicy.lasting(Duration.ofHours(1)).rememberAbsent(Duration.ofHours(1))))
                    .open();
        }

        private void write(Repository<Item> items, String id) {
            try {
                if (random.nextInt(4) == 0) {
                    items.delete(id);
                } else {
                    items.save(new Item(id, next++));
                }
            } catch (StorageException e) {
                assertThat(sourceFaults.fired()).isNotEmpty();
            }
        }

        /** Returns how many reads the cache answered. */
        long run(boolean bothAgree) {
            try (CachedStorage writing = instance(
                            builder -> random.nextBoolean() ? builder.near(10, Duration.ofHours(1)) : builder);
                    CachedStorage reading = instance(builder -> builder)) {
                Repository<Item> here = writing.repository(ITEMS);
                Repository<Item> there = reading.repository(ITEMS);
                for (int step = 0; step < STEPS; step++) {
                    String id = random.nextBoolean() ? "a" : "b";
                    clock.advance(Duration.ofMillis(random.nextInt(2_000)));
                    if (random.nextInt(3) == 0) {
                        write(here, id);
                    }
                    assertThat(here.find(id)).as("step %d, %s", step, id).isEqualTo(past.find(id));
                    assertThat(here.findAll(BOTH)).as("step %d, both", step).isEqualTo(past.findAll(BOTH));
                    if (bothAgree) {
                        assertThat(there.find(id)).isEqualTo(past.find(id));
                        assertThat(there.findAll(BOTH)).isEqualTo(past.findAll(BOTH));
                    } else {
                        there.find(id);
                    }
                }
                CacheStatistics counted = writing.statistics();
                return counted.hits() + counted.nearHits();
            }
        }
    }

    @Test
    void theInstanceThatWritesReadsWhatTheSourceHasInAnyWeather() {
        long hits = 0;
        long faults = 0;
        for (long seed = 0; seed < 300; seed++) {
            World world = new World(seed, seed % 3 * 0.15 + 0.05);
            hits += world.run(false);
            faults += world.cacheFaults.fired().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
        assertThat(hits).isGreaterThan(500);
        assertThat(faults).isGreaterThan(500);
    }

    @Test
    void everyInstanceReadsWhatTheSourceHasInFineWeather() {
        long hits = 0;
        for (long seed = 0; seed < 50; seed++) {
            hits += new World(seed, 0).run(true);
        }
        assertThat(hits).isGreaterThan(500);
    }
}
