package io.storeway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.cache.CachePolicy;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.migrate.Difference;
import io.storeway.migrate.ProgressListener.Phase;
import io.storeway.migrate.routing.Preflight;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class GaugesTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void healthIsAskedAgainWhenFifteenSecondsAreOver() {
        ManualClock clock = new ManualClock(Instant.EPOCH);
        Storage storage = Storages.open("memory:", Sample.CATALOG);
        new HealthMetrics(storage, clock).bindTo(registry);
        assertThat(registry.get("storeway.health").gauge().value()).isZero();
        storage.close();
        clock.advance(Duration.ofSeconds(14));
        assertThat(registry.get("storeway.health").gauge().value()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(registry.get("storeway.health").gauge().value()).isEqualTo(2);
    }

    @Test
    void theGaugeOfThePresentStageIsOneAndThoseOfOthersAreZero() {
        try (Storage old = Storages.open("memory:", Sample.CATALOG);
                Storage fresh = Storages.open("memory:", Sample.CATALOG);
                RoutedStorage routed = RoutedStorage.between(old, fresh)
                        .named("notes")
                        .controlledBy(fresh)
                        .instance("one")
                        .open()) {
            for (Preflight.Risk risk : Preflight.Risk.values()) {
                routed.control().acknowledge(risk, "ann", "a test");
            }
            routed.control().advance("ann", "start");
            new RoutingMetrics(routed, "notes", Clock.systemUTC()).bindTo(registry);
            assertThat(stage("DUAL_WRITE")).isEqualTo(1);
            assertThat(stage("OFF")).isZero();
            assertThat(registry.get("storeway.migration.instances").gauge().value())
                    .isEqualTo(1);
            assertThat(registry.get("storeway.migration.marks").gauge().value()).isZero();
            assertThat(registry.get("storeway.migration.dropped").gauge().value())
                    .isZero();
        }
    }

    private double stage(String name) {
        return registry.get("storeway.migration.stage")
                .tag("stage", name)
                .gauge()
                .value();
    }

    @Test
    void readsOfACacheAreCountedByResult() {
        try (Storage source = Storages.open("memory:", Sample.CATALOG);
                CachedStorage cached = CachedStorage.over(source, new MemoryStore())
                        .cache(Sample.NOTES, CachePolicy.lasting(Duration.ofMinutes(5)))
                        .open()) {
            new CacheMetrics(cached).bindTo(registry);
            source.repository(Sample.NOTES).save(new Sample.Note("ann", "1", "x"));
            for (int i = 0; i < 4; i++) {
                cached.repository(Sample.NOTES).partition("ann").list();
            }
            assertThat(reads("miss")).isEqualTo(1);
            assertThat(reads("hit")).isEqualTo(3);
            assertThat(registry.get("storeway.cache.hit.rate").gauge().value()).isEqualTo(0.75);
        }
    }

    private double reads(String result) {
        return registry.get("storeway.cache.reads")
                .tag("result", result)
                .functionCounter()
                .count();
    }

    @Test
    void progressIsWhatWasReachedLast() {
        MigrationMetrics metrics = MigrationMetrics.to(registry);
        metrics.progress(Phase.BACKFILL, "notes", 10, 100);
        metrics.progress(Phase.BACKFILL, "notes", 20, 250);
        assertThat(registry.get("storeway.backfill.items")
                        .tags("phase", "backfill", "entity", "notes")
                        .gauge()
                        .value())
                .isEqualTo(250);
    }

    @Test
    void differencesAreCountedByTypeAndKind() {
        MigrationMetrics metrics = MigrationMetrics.to(registry);
        Difference extra = new Difference("notes", "1", "1", Difference.Kind.EXTRA, List.of());
        metrics.difference(extra);
        metrics.difference(extra);
        metrics.difference(new Difference("notes", "2", "2", Difference.Kind.VALUE, List.of("text")));
        assertThat(registry.get("storeway.verify.differences")
                        .tags("entity", "notes", "kind", "extra")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void aStorageThatIsOpenedAgainTakesThePlaceOfTheOneBefore() {
        Storage before = Storages.open("memory:", Sample.CATALOG);
        new HealthMetrics(before, Clock.systemUTC()).bindTo(registry);
        before.close();
        try (Storage again = Storages.open("memory:", Sample.CATALOG)) {
            new HealthMetrics(again, Clock.systemUTC()).bindTo(registry);
            assertThat(registry.get("storeway.health").gauge().value()).isZero();
        }
    }

    @Test
    void theProgressOfALaterRunIsShown() {
        MigrationMetrics.to(registry).progress(Phase.BACKFILL, "notes", 20, 250);
        MigrationMetrics.to(registry).progress(Phase.BACKFILL, "notes", 1, 7);
        assertThat(registry.get("storeway.backfill.items").gauge().value()).isEqualTo(7);
        assertThat(registry.get("storeway.backfill.partitions").gauge().value()).isEqualTo(1);
    }

    @Test
    void aClockThatIsSetBackAsksAgain() {
        ManualClock clock = new ManualClock(Instant.EPOCH);
        Storage storage = Storages.open("memory:", Sample.CATALOG);
        new HealthMetrics(storage, clock).bindTo(registry);
        assertThat(registry.get("storeway.health").gauge().value()).isZero();
        storage.close();
        clock.advance(Duration.ofHours(-1));
        assertThat(registry.get("storeway.health").gauge().value()).isEqualTo(2);
    }

    @Test
    void aStorageThatDoesNotAnswerIsDownAndKeepsNoReaderWaiting() {
        CountDownLatch answer = new CountDownLatch(1);
        ManualClock clock = new ManualClock(Instant.EPOCH);
        try (Storage storage = Storages.open("memory:", Sample.CATALOG)) {
            Storage hanging = Interposed.storage(storage, call -> {
                if (call.verb().equals("find")) {
                    answer.await();
                }
                return call.proceed();
            });
            new HealthMetrics(hanging, clock).bindTo(registry);
            Gauge health = registry.get("storeway.health").gauge();
            assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
                assertThat(health.value()).isEqualTo(2);
                clock.advance(Duration.ofMinutes(1));
                assertThat(health.value()).isEqualTo(2);
                answer.countDown();
                while (health.value() != 0) {
                    clock.advance(Duration.ofMinutes(1));
                }
            });
        } finally {
            answer.countDown();
        }
    }
}
