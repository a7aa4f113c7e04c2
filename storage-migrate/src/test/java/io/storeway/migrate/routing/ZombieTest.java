package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An instance that is paused within a write, past its lease, while the others switch to the new storage without it. */
class ZombieTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Schedule schedule = new Schedule(1);

    private Storage storage(String name, Mutant mutant) {
        return KvStorage.open(
                new ScheduledStore(name, schedule, (store, write) -> ScheduledStore.Faults.Fault.NONE, mutant),
                CATALOG,
                clock);
    }

    private RoutedStorage instance(String name, Storage old, Storage fresh, Storage control) {
        return RoutedStorage.between(old, fresh)
                .controlledBy(control)
                .instance(name)
                .clock(clock)
                .followers(0)
                .shadowComparisons(0)
                .stepwise(clock::advance)
                .open();
    }

    /** Without the rule the write goes to the storage that nobody reads any more. */
    @ParameterizedTest
    @CsvSource({"NONE, true", "FENCE_NOT_HELD, false", "NO_FENCE, false"})
    void itsWriteIsNotLostBecauseTheFenceHolds(Mutant mutant, boolean there) {
        Storage old = storage("old", mutant);
        Storage fresh = storage("new", mutant == Mutant.NO_FENCE ? Mutant.NONE : mutant);
        Storage control = storage("control", Mutant.NONE);
        try (RoutedStorage awake = instance("awake", old, fresh, control);
                RoutedStorage paused = instance("paused", old, fresh, control)) {
            Moves.to(awake, paused, Stage.READ_NEW);
            awake.control().percent(100, "test", "everybody");
            awake.routing().tick();
            paused.routing().tick();
            AtomicBoolean first = new AtomicBoolean(true);
            boolean refused = false;
            try {
                write(paused, awake, first);
            } catch (StorageUnavailableException e) {
                refused = true;
                write(paused, awake, first);
            }
            assertThat(refused).as("refused, to be tried again").isEqualTo(there);
            assertThat(awake.stage()).isEqualTo(Stage.LIVE);
            assertThat(awake.repository(MovesTest.ENTRIES).exists("p", "a")).isEqualTo(there);
        }
    }

    private void write(RoutedStorage paused, RoutedStorage awake, AtomicBoolean first) {
        paused.transact(unit -> {
            unit.repository(MovesTest.ENTRIES).save(new MovesTest.Entry("p", "a", 1));
            if (first.getAndSet(false)) {
                clock.advance(Duration.ofSeconds(60));
                CompletableFuture.runAsync(() -> switched(awake)).join();
            }
            return true;
        });
    }

    private static void switched(RoutedStorage awake) {
        awake.routing().tick();
        assertThat(awake.control().advance("test", "on").stage()).isEqualTo(Stage.LIVE);
    }
}
