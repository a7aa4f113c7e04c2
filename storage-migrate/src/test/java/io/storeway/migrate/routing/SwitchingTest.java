package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stage in which no storage decides, and switches that come to nothing. */
class SwitchingTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final int NEVER = -1;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final MemoryStore oldStore = new MemoryStore();
    private final MemoryStore freshStore = new MemoryStore();
    private final Storage old = KvStorage.open(failing(oldStore), CATALOG, clock);
    private final Storage fresh = KvStorage.open(failing(freshStore), CATALOG, clock);
    private final Storage control = KvStorage.open(new MemoryStore(), CATALOG, clock);
    private final ControlRecords controls = new ControlRecords(control, "default", clock);
    private int callsUntilFailure = NEVER;
    private Runnable whileWaiting = () -> {};

    private final RoutedStorage routed = RoutedStorage.between(old, fresh)
            .controlledBy(control)
            .clock(clock)
            .followers(0)
            .shadowComparisons(0)
            .shadowSample(0)
            .stepwise(time -> {
                clock.advance(time);
                whileWaiting.run();
            })
            .open();
    private final Repository<Entry> entries = routed.repository(MovesTest.ENTRIES);

    private KeyValueStore failing(KeyValueStore store) {
        return Interposed.store(store, call -> {
            if (callsUntilFailure != NEVER && callsUntilFailure-- == 0) {
                throw new StorageUnavailableException("planned", ErrorContext.of(call.verb()), null);
            }
            return call.proceed();
        });
    }

    @AfterEach
    void close() {
        routed.close();
    }

    private void readEverythingFromNew() {
        Moves.to(routed, Stage.READ_NEW);
        entries.save(new Entry("o", "before", 1));
        routed.control().percent(100, "test", "everybody");
        routed.routing().tick();
    }

    private StageRecord change(StageRecord before, StageRecord.Draft draft) {
        StageRecord after = draft.record();
        assertThat(controls.replace(before, after, "")).isTrue();
        return after;
    }

    private StageRecord.Cause cause() {
        return new StageRecord.Cause("test", "another instance", clock.instant());
    }

    private StageRecord switching() {
        StageRecord before = controls.read();
        StageRecord switching =
                change(before, before.change(cause()).stage(Stage.SWITCHING).nextTerm());
        routed.routing().member().refresh();
        return switching;
    }

    private List<KeyValueStore.Entry> content(MemoryStore store) {
        return store.list("", null, Integer.MAX_VALUE).entries();
    }

    @Test
    void nothingIsAcknowledgedAndNothingIsWritten() {
        readEverythingFromNew();
        switching();
        List<KeyValueStore.Entry> inOld = content(oldStore);
        List<KeyValueStore.Entry> inNew = content(freshStore);
        List<Runnable> writes = List.of(
                () -> entries.save(new Entry("o", "during", 2)),
                () -> entries.delete("o", "before"),
                () -> entries.partition("o").clear(),
                () -> routed.transact(unit -> unit.repository(MovesTest.ENTRIES).delete("o", "before")));
        for (Runnable write : writes) {
            Instant begin = clock.instant();
            assertThatThrownBy(write::run)
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining("nothing was written");
            assertThat(Duration.between(begin, clock.instant()))
                    .as("parked before it is refused")
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
        }
        assertThat(content(oldStore)).usingRecursiveComparison().isEqualTo(inOld);
        assertThat(content(freshStore)).usingRecursiveComparison().isEqualTo(inNew);
        assertThat(entries.find("o", "before")).as("reads go on").isPresent();
    }

    @Test
    void aWriteThatWaitsIsDoneInTheStageThatFollows() {
        readEverythingFromNew();
        StageRecord switching = switching();
        whileWaiting = () -> {
            whileWaiting = () -> {};
            change(switching, switching.change(cause()).stage(switching.previous()));
        };
        entries.save(new Entry("o", "parked", 2));
        assertThat(routed.stage()).isEqualTo(Stage.READ_NEW);
        assertThat(old.repository(MovesTest.ENTRIES).exists("o", "parked")).isTrue();
        assertThat(fresh.repository(MovesTest.ENTRIES).exists("o", "parked")).isTrue();
    }

    /** One failure for each call, the first, the second and so on, until none is left that keeps the switch from its end. */
    @Test
    void aFailureAtAnyCallOfASwitchLeavesTheStageBeforeAtWork() {
        readEverythingFromNew();
        int failures = 0;
        while (advances(failures) == Stage.READ_NEW) {
            failures++;
            assertThat(controls.read().percent()).isEqualTo(100);
            routed.routing().tick();
            String name = "after " + failures;
            entries.save(new Entry("o", name, failures));
            assertThat(old.repository(MovesTest.ENTRIES).exists("o", name)).isTrue();
            assertThat(fresh.repository(MovesTest.ENTRIES).exists("o", name)).isTrue();
        }
        assertThat(failures).as("places at which a switch has failed").isGreaterThan(5);
        assertThat(controls.read().stage()).isEqualTo(Stage.LIVE);
    }

    /** The stage after a step forward in which one call of a store fails. */
    private Stage advances(int callsBefore) {
        callsUntilFailure = callsBefore;
        try {
            routed.control().advance("test", "on");
        } catch (StageBlockedException | StorageException failed) {
            assertThat(callsUntilFailure).as("the planned call was made").isEqualTo(NEVER);
        }
        callsUntilFailure = NEVER;
        return controls.read().stage();
    }
}
