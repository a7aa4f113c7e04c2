package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.ProgressListener.Phase;
import io.storeway.migrate.internal.verification.VerifiedTo;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContinuousVerificationTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private final Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
    private final ManualTimer timer = new ManualTimer();
    private final List<Difference> told = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private final List<VerificationReport> rounds = new ArrayList<>();
    private Storage target = source;

    @BeforeEach
    void copy() {
        Shop.fill(store);
        target = Storages.open("jdbc:sqlite:" + folder.resolve("data.db"), Shop.CATALOG, CLOCK);
        migration(RunLimits.NONE).backfill();
        steps.clear();
    }

    @AfterEach
    void close() {
        target.close();
    }

    private Migration migration(RunLimits limits) {
        return Migration.from(source)
                .to(target)
                .batch(10)
                .clock(CLOCK)
                .timer(timer)
                .limits(limits)
                .listener(new ProgressListener() {
                    @Override
                    public void progress(Phase phase, String entity, long partitions, long items) {
                        steps.add(phase + " " + entity + " " + partitions);
                    }

                    @Override
                    public void difference(Difference found) {
                        told.add(found);
                    }
                })
                .build();
    }

    private void rounds(int count) {
        Migration migration = migration(RunLimits.NONE);
        assertThat(migration.verifyContinuously(round -> {
                    rounds.add(round);
                    if (rounds.size() == count) {
                        migration.stop();
                    }
                }))
                .isEqualTo(StopReason.STOPPED);
    }

    private static void requireSame(VerificationReport round, VerificationReport full) {
        assertThat(round.full()).isTrue();
        assertThat(round.entities())
                .usingRecursiveComparison()
                .ignoringCollectionOrder()
                .isEqualTo(full.entities());
    }

    @Test
    void eachRoundFindsWhatAFullComparisonFinds() {
        rounds(2);
        assertThat(rounds).hasSize(2).allMatch(VerificationReport::equal);
        requireSame(rounds.get(1), migration(RunLimits.NONE).verify());
        store.commit(
                List.of(),
                List.of(
                        Shop.put("book:b007", "{\"title\":\"Other\",\"year\":7}"),
                        Shop.put("book:b100", "{\"title\":\"Missing\",\"year\":7}"),
                        Shop.put("shelf:u2", "[]")));
        rounds.clear();
        rounds(2);
        List<Difference> found = List.copyOf(told);
        VerificationReport full = migration(RunLimits.NONE).verify();
        requireSame(rounds.get(1), full);
        assertThat(full.entities())
                .extracting(VerificationReport.Entity::differences)
                .contains(2L, 3L);
        assertThat(found.subList(found.size() / 2, found.size()))
                .containsExactlyInAnyOrderElementsOf(full.entities().stream()
                        .flatMap(entity -> entity.examples().stream())
                        .toList());
    }

    @Test
    void aRoundThatIsMendedIsFollowedByAnEqualOne() {
        store.commit(List.of(), List.of(Shop.put("book:b007", "{\"title\":\"Other\",\"year\":7}")));
        Migration migration = migration(RunLimits.NONE);
        migration.verifyContinuously(round -> {
            rounds.add(round);
            if (rounds.size() == 1) {
                migration(RunLimits.NONE).backfill();
            } else {
                migration.stop();
            }
        });
        assertThat(rounds).extracting(VerificationReport::equal).containsExactly(false, true);
    }

    @Test
    void whatPassesWhileItIsLookedAtAgainIsNotReported() {
        store.commit(List.of(), List.of(Shop.put("book:b007", "{\"title\":\"Other\",\"year\":7}")));
        timer.whileWaiting(() -> {
            if (rounds.isEmpty()) {
                timer.whileWaiting(() -> {});
                Migration.from(source).to(target).clock(CLOCK).build().backfill();
            }
        });
        rounds(1);
        assertThat(told).isEmpty();
        assertThat(rounds.get(0).equal()).isTrue();
        assertThat(rounds.get(0).entities())
                .extracting(VerificationReport.Entity::passing)
                .contains(1L);
    }

    @Test
    void itReadsNoFasterThanItIsTold() {
        Duration before = elapsed();
        Migration migration = migration(RunLimits.NONE.withRecordsPerSecond(10));
        migration.verifyContinuously(round -> {
            rounds.add(round);
            migration.stop();
        });
        long items = rounds.get(0).entities().stream()
                .mapToLong(entity -> entity.sourceItems() + entity.targetItems())
                .sum();
        assertThat(elapsed().minus(before))
                .isBetween(Duration.ofSeconds(items / 10 - 5), Duration.ofSeconds(items / 10 + 2));
    }

    private Duration elapsed() {
        return Duration.ofNanos(timer.nanos());
    }

    @Test
    void itEndsWhenItsTimeIsOverAndTheNextCallGoesOnInTheSameRound() {
        store.commit(List.of(), List.of(Shop.put("book:b007", "{\"title\":\"Other\",\"year\":7}")));
        RunLimits limits = RunLimits.NONE.withRecordsPerSecond(10).withMaxDuration(Duration.ofSeconds(5));
        int calls = 0;
        while (rounds.isEmpty()) {
            StopReason reason = migration(limits).verifyContinuously(rounds::add);
            assertThat(reason).isEqualTo(StopReason.MAX_DURATION);
            calls++;
            assertThat(calls).isLessThan(100);
        }
        assertThat(calls).isGreaterThan(3);
        assertThat(told).as("found once, by one of the calls").hasSize(1);
        assertThat(steps.stream().filter((Phase.VERIFY_SOURCE + " books 10")::equals))
                .as("no page of the round was read twice")
                .hasSize(1);
        VerificationReport full = migration(RunLimits.NONE).verify();
        assertThat(rounds.get(0).entities())
                .usingRecursiveComparison()
                .ignoringFields("examples")
                .isEqualTo(full.entities());
    }

    @Test
    void itWritesNothingButItsPosition() {
        List<String> content = Shop.content(target);
        rounds(1);
        assertThat(Shop.content(target)).isEqualTo(content);
        assertThat(target.repository(VerifiedTo.TYPE).all().allowScan().list())
                .hasSize(4)
                .filteredOn(VerifiedTo::ended)
                .as("all but the first one, which is in the next round")
                .hasSize(3);
    }

    @Test
    void aCrashedCallIsFollowedByOneThatGoesOn() {
        for (int crashAt = 5; crashAt < 40; crashAt += 5) {
            CrashingStorage crashing = new CrashingStorage(source, target, crashAt);
            assertThatThrownBy(() -> Migration.from(crashing.source())
                            .to(crashing.target())
                            .batch(10)
                            .clock(CLOCK)
                            .timer(timer)
                            .build()
                            .verifyContinuously(rounds::add))
                    .isInstanceOf(CrashingStorage.Crash.class);
        }
        rounds.clear();
        rounds(1);
        requireSame(rounds.get(0), migration(RunLimits.NONE).verify());
    }
}
