package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.StageRecord.Cause;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Two storages and a control storage in memory, of which two refuse keys on demand, and instances that move by hand. */
final class TroubledPair {

    static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);

    final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    final KeyValueStore oldStore = new MemoryStore();
    final KeyValueStore newStore = new MemoryStore();
    private Predicate<String> oldRefused = key -> false;
    private Predicate<String> newRefused = key -> false;
    private Runnable meanwhile = () -> {};
    private Runnable whileWaiting = () -> {};
    final Storage old = KvStorage.open(troubled(oldStore, key -> oldRefused.test(key)), CATALOG, clock);
    final Storage fresh = KvStorage.open(troubled(newStore, key -> newRefused.test(key)), CATALOG, clock);
    private final Storage control = KvStorage.open(new MemoryStore(), Catalog.of(), clock);
    private final List<RoutedStorage> opened = new ArrayList<>();

    private KeyValueStore troubled(KeyValueStore store, Predicate<String> refused) {
        return Interposed.store(store, call -> {
            meanwhile.run();
            if (call.verb().equals("commit")) {
                for (Object write :
                        (List<?>) Objects.requireNonNull(call.arguments().get(1))) {
                    if (refused.test(((Write) write).key())) {
                        throw new StorageUnavailableException("planned", ErrorContext.of("commit"), null);
                    }
                }
            }
            return call.proceed();
        });
    }

    /** Happens at every call of the two storages. */
    void meanwhile(Runnable what) {
        meanwhile = what;
    }

    /** Happens each time an instance has waited. */
    void whileWaiting(Runnable what) {
        whileWaiting = what;
    }

    void oldRefuses(String key) {
        oldRefused = key::equals;
    }

    void oldTakesAll() {
        oldRefused = key -> false;
    }

    void newRefuses(String key) {
        newRefused = key::equals;
    }

    void newTakesAll() {
        newRefused = key -> false;
    }

    RoutedStorage instance(String name) {
        return instance(name, old, fresh);
    }

    RoutedStorage instance(String name, Storage from, Storage to) {
        RoutedStorage storage = RoutedStorage.between(from, to)
                .controlledBy(control)
                .instance(name)
                .clock(clock)
                .followers(0)
                .shadowComparisons(2)
                .shadowSample(0)
                .lease(Duration.ofHours(1))
                .switchWithin(Duration.ofSeconds(10))
                .stepwise(time -> {
                    clock.advance(time);
                    whileWaiting.run();
                })
                .open();
        opened.add(storage);
        return storage;
    }

    ControlRecords controls() {
        return new ControlRecords(control, "default", clock);
    }

    /** Puts the next record there without asking anybody, and lets the instance learn it. */
    void record(RoutedStorage instance, UnaryOperator<StageRecord.Draft> change) {
        StageRecord before = controls().read();
        StageRecord after = change.apply(before.change(new Cause("test", "a test", clock.instant())))
                .record();
        assertThat(controls().replace(before, after, "")).isTrue();
        instance.routing().tick();
    }

    /** As if the migration had come to the stage in the ordinary way. */
    void stage(RoutedStorage instance, Stage stage) {
        record(
                instance,
                draft -> draft.stage(stage)
                        .backfill(stage != Stage.OFF, stage != Stage.OFF)
                        .copied(List.of("entries.owner", "entries.name", "entries.weight")));
    }

    void close() {
        opened.forEach(RoutedStorage::close);
    }
}
