package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private final ManualTimer timer = new ManualTimer();

    @BeforeEach
    void fill() {
        Shop.fill(store);
    }

    private BackfillReport migrate(Storage from, Storage to, int retries) {
        return Migration.from(from)
                .to(to)
                .batch(10)
                .clock(CLOCK)
                .timer(timer)
                .retries(retries, Duration.ofMillis(500))
                .build()
                .backfill();
    }

    private boolean equal(Storage from, Storage to) {
        return Migration.from(from).to(to).clock(CLOCK).build().verify().equal();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"FAIL_BEFORE", "FAIL_AFTER", "LOST_REQUEST"})
    void faultsOfTheTargetsStoreNowAndThenAreOutlived(Fault fault) {
        Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
        MemoryStore kept = new MemoryStore();
        FaultPlan plan = FaultPlan.random(7, 0.1, fault);
        Storage target = KvStorage.open(Faults.of(plan).in(kept), Shop.CATALOG, CLOCK);
        assertThat(migrate(source, target, 5).complete()).isTrue();
        assertThat(plan.fired()).isNotEmpty();
        plan.stop();
        assertThat(equal(source, target)).isTrue();
        assertThat(timer.waits()).isNotEmpty();
    }

    @Test
    void faultsOfTheSourceNowAndThenAreOutlived() {
        AtomicInteger lists = new AtomicInteger();
        FaultPlan plan = FaultPlan.none()
                .when(call -> call.verb().equals("list") && lists.incrementAndGet() % 23 == 0, Fault.FAIL_BEFORE);
        Storage source = KvStorage.open(Faults.of(plan).in(store), Shop.CATALOG, CLOCK);
        try (Storage target = Storages.open("jdbc:sqlite:" + folder + "/data.db", Shop.CATALOG, CLOCK)) {
            assertThat(migrate(source, target, 8).complete()).isTrue();
            assertThat(plan.fired()).isNotEmpty();
            plan.stop();
            assertThat(equal(source, target)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSideThatIsDownForAMinuteIsWaitedFor(boolean sourceIsDown) {
        FaultPlan plan = FaultPlan.none();
        plan.when(call -> timer.nanos() < Duration.ofMinutes(1).toNanos(), Fault.FAIL_BEFORE);
        MemoryStore kept = new MemoryStore();
        Storage source = KvStorage.open(sourceIsDown ? Faults.of(plan).in(store) : store, Shop.CATALOG, CLOCK);
        Storage target = KvStorage.open(sourceIsDown ? kept : Faults.of(plan).in(kept), Shop.CATALOG, CLOCK);
        assertThat(migrate(source, target, 5).complete()).isTrue();
        assertThat(timer.waits())
                .startsWith(
                        Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(8), Duration.ofSeconds(32))
                .hasSize(5);
        assertThat(equal(source, target)).isTrue();
    }

    @Test
    void aSideThatStaysDownEndsTheRunAndTheNextOneGoesOn() {
        Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
        FaultPlan plan = FaultPlan.none();
        plan.when(call -> call.verb().equals("commit") && plan.calls() > 25, Fault.FAIL_BEFORE);
        MemoryStore kept = new MemoryStore();
        Storage target = KvStorage.open(Faults.of(plan).in(kept), Shop.CATALOG, CLOCK);
        assertThatThrownBy(() -> migrate(source, target, 3)).isInstanceOf(StorageUnavailableException.class);
        assertThat(timer.waits()).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(8));
        plan.stop();
        BackfillReport report = migrate(source, target, 3);
        assertThat(report.resumed()).isTrue();
        assertThat(report.complete()).isTrue();
        assertThat(equal(source, target)).isTrue();
    }

    @Test
    void whatDoesNotPassIsNotTriedAgain() {
        Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
        MemoryStore kept = new MemoryStore();
        Storage target = KvStorage.open(kept, Shop.CATALOG, CLOCK);
        target.close();
        assertThatThrownBy(() -> migrate(source, target, 3)).isInstanceOf(StorageClosedException.class);
        assertThat(timer.waits()).isEmpty();
    }

    @Test
    void retriesThatMakeNoSenseAreRefused() {
        Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
        Migration.Builder builder = Migration.from(source).to(source);
        for (List<Object> wrong :
                List.<List<Object>>of(List.of(-1, Duration.ofSeconds(1)), List.of(1, Duration.ZERO))) {
            assertThatThrownBy(() -> builder.retries((Integer) wrong.get(0), (Duration) wrong.get(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
