package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnceRunTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private final Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);

    @BeforeEach
    void fill() {
        Shop.fill(store);
    }

    private Storage open(String uri) {
        return Storages.open(uri.formatted(folder), Shop.CATALOG, CLOCK);
    }

    private Migration.Builder to(Storage target) {
        return Migration.from(source).to(target).batch(10).clock(CLOCK).lease(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:sqlite:%s/data.db", "jdbc:h2:file:%s/data", "mvstore:%s/data.mv"})
    void ofTenInstancesThatStartAtOnceOneMakesTheRun(String uri) throws Exception {
        try (Storage target = open(uri)) {
            ExecutorService threads = Executors.newFixedThreadPool(10);
            CyclicBarrier together = new CyclicBarrier(10);
            List<Future<Optional<BackfillReport>>> starts = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                starts.add(threads.submit(() -> {
                    Migration migration = to(target).build();
                    together.await();
                    return migration.runOnce("v1");
                }));
            }
            List<BackfillReport> made = new ArrayList<>();
            for (Future<Optional<BackfillReport>> start : starts) {
                start.get(120, TimeUnit.SECONDS).ifPresent(made::add);
            }
            threads.shutdown();
            assertThat(made).hasSize(1);
            assertThat(made.get(0).writes()).isPositive();
            Migration migration = to(target).build();
            assertThat(migration.verify().equal()).isTrue();
            assertThat(migration.runOnce("v1")).isEmpty();
            assertThat(migration.runOnce("v2").orElseThrow().writes()).isZero();
        }
    }

    @Test
    void anInstanceThatDiesIsFollowedByAnotherAfterItsLease() {
        try (Storage target = open("jdbc:sqlite:%s/data.db")) {
            CrashingStorage crashing = new CrashingStorage(source, target, 25);
            ManualTimer first = new ManualTimer();
            assertThatThrownBy(() -> Migration.from(crashing.source())
                            .to(crashing.target())
                            .batch(10)
                            .withoutReadingAhead()
                            .clock(CLOCK)
                            .timer(first)
                            .build()
                            .runOnce("v1"))
                    .isInstanceOf(CrashingStorage.Crash.class);
            ManualTimer timer = new ManualTimer();
            BackfillReport report =
                    to(target).timer(timer).build().runOnce("v1").orElseThrow();
            assertThat(report.complete()).isTrue();
            assertThat(to(target).build().verify().equal()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:sqlite:%s/data.db", "jdbc:h2:file:%s/data", "mvstore:%s/data.mv"})
    void anInstanceWhoseLeaseIsOverWritesNothingAfterAnotherHasTakenOver(String uri) {
        try (Storage target = open(uri)) {
            ManualTimer slow = new ManualTimer();
            ManualTimer fast = new ManualTimer();
            AtomicReference<BackfillReport> other = new AtomicReference<>();
            ProgressListener pausing = (phase, entity, partitions, items) -> {
                if (other.get() == null) {
                    fast.jump(Duration.ofHours(1)); // The first one hangs, or the clock of the second is wrong.
                    other.set(to(target).timer(fast).build().runOnce("v1").orElseThrow());
                }
            };
            Optional<BackfillReport> late =
                    to(target).timer(slow).listener(pausing).build().runOnce("v1");
            assertThat(other.get()).isNotNull().matches(BackfillReport::complete);
            assertThat(late).isEmpty();
            assertThat(slow.waits()).isNotEmpty();
            assertThat(to(target).build().verify().equal()).isTrue();
        }
    }

    @Test
    void aClockThatJumpsBackCostsNothing() {
        try (Storage target = open("jdbc:sqlite:%s/data.db")) {
            ManualTimer timer = new ManualTimer();
            ProgressListener jumping = (phase, entity, partitions, items) -> timer.jump(Duration.ofDays(-1));
            assertThat(to(target).timer(timer).listener(jumping).build().runOnce("v1"))
                    .get()
                    .matches(BackfillReport::complete);
            assertThat(to(target).build().verify().equal()).isTrue();
        }
    }

    @Test
    void aRunThatWasEndedByItsLimitsIsNotDone() {
        try (Storage target = open("jdbc:sqlite:%s/data.db")) {
            RunLimits limits = RunLimits.NONE.withMaxErrors(0);
            assertThat(to(target)
                            .limits(limits)
                            .build()
                            .runOnce("v1")
                            .orElseThrow()
                            .complete())
                    .isFalse();
            assertThat(to(target).build().runOnce("v1").orElseThrow().complete())
                    .isTrue();
            assertThat(to(target).build().runOnce("v1")).isEmpty();
        }
    }

    @Test
    void aLeaseOfNoTimeIsRefused() {
        assertThatThrownBy(() -> to(source).lease(Duration.ofMillis(10))).isInstanceOf(IllegalArgumentException.class);
    }
}
