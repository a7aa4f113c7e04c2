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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLimitsTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private final Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
    private final ManualTimer timer = new ManualTimer();
    private final List<Progress> told = new ArrayList<>();
    private Storage target;

    @BeforeEach
    void open() {
        Shop.fill(store);
        target = Storages.open("jdbc:sqlite:" + folder + "/data.db", Shop.CATALOG, CLOCK);
    }

    @AfterEach
    void close() {
        target.close();
    }

    private Migration migration(RunLimits limits) {
        return migration(limits, 10);
    }

    private Migration migration(RunLimits limits, int batch) {
        return Migration.from(source)
                .to(target)
                .batch(batch)
                .clock(CLOCK)
                .timer(timer)
                .limits(limits)
                .listener(new ProgressListener() {
                    @Override
                    public void progress(Phase phase, String entity, long partitions, long items) {
                        throw new AssertionError("the newer method is called");
                    }

                    @Override
                    public void progress(Progress progress) {
                        told.add(progress);
                    }
                })
                .build();
    }

    @Test
    void aRunOfBoundedTimeIsContinuedByTheNextCallsUntilItsEnd() {
        timer.whileWaiting(() -> {});
        RunLimits limits = RunLimits.NONE.withMaxDuration(Duration.ofSeconds(3)).withRecordsPerSecond(10);
        List<BackfillReport> runs = new ArrayList<>();
        do {
            runs.add(migration(limits).backfill());
        } while (!runs.get(runs.size() - 1).complete());
        assertThat(runs).hasSizeBetween(5, 12);
        assertThat(runs.get(0).stopped()).isEqualTo(StopReason.MAX_DURATION);
        assertThat(runs.get(0).clean()).isFalse();
        assertThat(runs.get(0).duration()).isLessThanOrEqualTo(Duration.ofSeconds(3));
        assertThat(runs.get(1).resumed()).isTrue();
        List<EntityProgress> inOneGo;
        try (Storage other = Storages.open("memory:", Shop.CATALOG, CLOCK)) {
            inOneGo = Migration.from(source)
                    .to(other)
                    .clock(CLOCK)
                    .build()
                    .backfill()
                    .entities();
        }
        BackfillReport last = runs.get(runs.size() - 1);
        assertThat(last.entities().stream().map(EntityProgress::items))
                .isEqualTo(inOneGo.stream().map(EntityProgress::items).toList());
        assertThat(migration(RunLimits.NONE).verify().equal()).isTrue();
    }

    @Test
    void aRunOverUnchangedDataThatIsStoppedGoesOnToo() {
        migration(RunLimits.NONE).backfill();
        RunLimits limits = RunLimits.NONE.withMaxDuration(Duration.ofSeconds(3)).withRecordsPerSecond(10);
        BackfillReport first = migration(limits).backfill();
        assertThat(first.complete()).isFalse();
        BackfillReport second = migration(limits).backfill();
        assertThat(second.resumed()).isTrue();
        assertThat(second.entities().get(1).items())
                .isGreaterThan(first.entities().get(1).items());
    }

    @Test
    void recordsPerSecondAreKept() {
        migration(RunLimits.NONE.withRecordsPerSecond(20)).backfill();
        long items =
                told.stream().collect(Collectors.toMap(Progress::entity, Progress::items, Math::max)).values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
        assertThat(items).isGreaterThan(150);
        assertThat(timer.nanos() / 1e9).isBetween((items - 60) / 20.0, (items + 20) / 20.0);
    }

    @Test
    void bytesPerSecondAreKept() {
        migration(RunLimits.NONE.withBytesPerSecond(100)).backfill();
        assertThat(timer.nanos()).isGreaterThan(TimeUnit.SECONDS.toNanos(40));
    }

    @Test
    void tooManyErrorsEndTheRunAfterTheirBatch() {
        BackfillReport report = migration(RunLimits.NONE.withMaxErrors(2), 1).backfill();
        assertThat(report.stopped()).isEqualTo(StopReason.MAX_ERRORS);
        assertThat(report.entities().get(3).status()).isEqualTo(RunStatus.RUNNING);
        long residue =
                report.entities().stream().mapToLong(EntityProgress::residue).sum();
        assertThat(residue).isBetween(3L, 7L);
        assertThat(migration(RunLimits.NONE).backfill().complete()).isTrue();
        assertThat(migration(RunLimits.NONE).verify().equal()).isTrue();
    }

    @Test
    void tooGreatAPartOfErrorsEndsTheRun() {
        store.commit(
                List.of(),
                IntStream.range(0, 200)
                        .mapToObj(i -> Shop.put("book:a%03d".formatted(i), i % 4 == 0 ? "broken" : "{\"title\":\"t\"}"))
                        .toList());
        BackfillReport report = migration(RunLimits.NONE.withMaxErrorRatio(0.2)).backfill();
        assertThat(report.stopped()).isEqualTo(StopReason.MAX_ERROR_RATIO);
        assertThat(report.entities().get(1).items()).isBetween(RunLimits.JUDGED_FROM - 21, RunLimits.JUDGED_FROM + 10);
        try (Storage other = Storages.open("memory:", Shop.CATALOG, CLOCK)) {
            assertThat(Migration.from(source)
                            .to(other)
                            .clock(CLOCK)
                            .limits(RunLimits.NONE.withMaxErrorRatio(0.3))
                            .build()
                            .backfill()
                            .complete())
                    .isTrue();
        }
    }

    @Test
    void residueThatWasThereBeforeIsNoNewError() {
        migration(RunLimits.NONE).backfill();
        assertThat(migration(RunLimits.NONE.withMaxErrors(0)).backfill().complete())
                .isTrue();
    }

    @Test
    void aPausedRunWaitsAndGoesOnWhenItIsResumed() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Migration migration = Migration.from(source)
                .to(target)
                .batch(10)
                .clock(CLOCK)
                .listener((phase, entity, partitions, items) -> begun.countDown())
                .build();
        migration.pause();
        assertThat(migration.paused()).isTrue();
        CompletableFuture<BackfillReport> run = CompletableFuture.supplyAsync(migration::backfill);
        assertThat(begun.await(200, TimeUnit.MILLISECONDS)).isFalse();
        migration.resume();
        assertThat(run.get(60, TimeUnit.SECONDS).complete()).isTrue();
    }

    @Test
    void aRunThatIsToldToStopEndsAfterItsBatchEvenIfItIsPaused() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Migration[] running = new Migration[1];
        Migration migration = Migration.from(source)
                .to(target)
                .batch(10)
                .clock(CLOCK)
                .listener((phase, entity, partitions, items) -> {
                    running[0].pause();
                    begun.countDown();
                })
                .build();
        running[0] = migration;
        CompletableFuture<BackfillReport> run = CompletableFuture.supplyAsync(migration::backfill);
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        migration.stop();
        assertThat(run.get(60, TimeUnit.SECONDS).stopped()).isEqualTo(StopReason.STOPPED);
        migration.resume();
        assertThat(migration(RunLimits.NONE).backfill().complete()).isTrue();
        assertThat(migration(RunLimits.NONE).verify().equal()).isTrue();
    }

    @Test
    void progressKnowsThePartDoneAndTheTimeLeftOnceThereIsAPlan() {
        Migration migration = migration(RunLimits.NONE.withRecordsPerSecond(10));
        migration.plan();
        migration.backfill();
        assertThat(told.get(0).done()).isPresent();
        assertThat(told).extracting(progress -> progress.done().orElseThrow()).isSorted();
        assertThat(told.get(told.size() - 1).done().orElseThrow()).isGreaterThan(0.95);
        Progress middle = told.get(told.size() / 2);
        assertThat(middle.itemsPerSecond()).isBetween(5.0, 50.0);
        assertThat(middle.remaining().orElseThrow()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    @Test
    void progressWithoutAPlanKnowsTheRateAlone() {
        migration(RunLimits.NONE).backfill();
        assertThat(told).isNotEmpty().allSatisfy(progress -> {
            assertThat(progress.done()).isEmpty();
            assertThat(progress.remaining()).isEmpty();
        });
    }

    @Test
    void limitsThatAllowNothingAreRefused() {
        assertThatThrownBy(() -> RunLimits.NONE.withMaxDuration(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RunLimits.NONE.withMaxErrors(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RunLimits.NONE.withMaxErrorRatio(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RunLimits.NONE.withRecordsPerSecond(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
