package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.KvStorage;
import io.storeway.migrate.internal.checkpoint.Checkpoint;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.fault.EventualStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Several processes share one backfill; here each is a thread, or a part of one thread's work. */
class ShareTest extends SharedRuns {

    @Test
    void oneProcessThatSharesWithNobodyEndsAsOneAlone() {
        try (Storage target = open("jdbc:h2:mem:alone")) {
            assertThat(alone(source, target).backfill().entities()).isEqualTo(counts);
            assertThat(Shop.content(target)).isEqualTo(expected);
        }
    }

    @Test
    void processesThatStartAtOnceShareTheWorkOnSqlite() throws Exception {
        together(() -> open("jdbc:sqlite:%s/data.db"));
    }

    @Test
    void processesThatStartAtOnceShareTheWorkOnPostgres() throws Exception {
        String uri = Engines.postgres().newDatabase();
        together(() -> open(uri));
    }

    @Test
    void processesThatStartAtOnceShareTheWorkOnH2() throws Exception {
        together(() -> open("jdbc:h2:file:%s/data"));
    }

    @Test
    void threadsThatStartAtOnceShareTheWorkOnAnMvStore() throws Exception {
        copyUndisturbed("mvstore:%s/undisturbed.mv");
        try (Storage target = open("mvstore:%s/data.mv")) {
            together(() -> target);
        }
    }

    /** Holds a process after its first unit of work until all are in the run; one that came later would begin another. */
    private static CrashingStorage.Happening afterItsFirstUnit(CountDownLatch joined) {
        AtomicBoolean first = new AtomicBoolean(true);
        return (call, withinUnit) -> {
            if (withinUnit && first.getAndSet(false)) {
                joined.countDown();
            } else if (!withinUnit && !first.get()) {
                await(joined);
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(120, TimeUnit.SECONDS))
                    .as("all are in the run")
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void together(Supplier<Storage> opening) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        CountDownLatch joined = new CountDownLatch(3);
        List<Future<BackfillReport>> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CrashingStorage joining = new CrashingStorage(source, opening.get(), afterItsFirstUnit(joined));
            processes.add(threads.submit(() -> sharing(joining.source(), joining.target())
                    .lease(Duration.ofHours(1))
                    .build()
                    .backfill()));
        }
        long writes = 0;
        for (Future<BackfillReport> process : processes) {
            BackfillReport report = process.get(120, TimeUnit.SECONDS);
            requireCounts(report.entities(), "all together");
            writes += report.writes();
        }
        threads.shutdown();
        Storage target = opening.get();
        requireAsUndisturbed(target, "all together");
        assertThat(writes)
                .as("each row was written by one of them")
                .isEqualTo(counts.stream()
                        .mapToLong(type -> type.written() + type.residue())
                        .sum());
        assertThat(sharing(source, target).build().backfill().writes()).isZero();
        assertThat(alone(source, target).verify().equal()).isTrue();
    }

    @Test
    void typesInWhichOneRecordDecidesOverAnotherAreCopiedByOneProcessAtATime() throws Exception {
        Catalog catalog = Catalog.of(ACCOUNTS);
        try (Storage accounts = Storages.open("memory:", catalog);
                Storage undisturbed = Storages.open("jdbc:h2:mem:accounts-alone", catalog);
                Storage target = Storages.open("jdbc:h2:mem:accounts", catalog)) {
            List<Account> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                all.add(new Account("a%02d".formatted(i), "mail" + i % 30, "a%02d".formatted(i + 1)));
            }
            all.add(new Account("a40", "last", null));
            accounts.repository(ACCOUNTS).saveAll(all);
            EntityProgress expectedCounts =
                    alone(accounts, undisturbed).backfill().entities().get(0);
            ExecutorService threads = Executors.newFixedThreadPool(3);
            List<Future<BackfillReport>> processes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                processes.add(
                        threads.submit(() -> sharing(accounts, target).build().backfill()));
            }
            for (Future<BackfillReport> process : processes) {
                assertThat(process.get(120, TimeUnit.SECONDS).entities()).containsExactly(expectedCounts);
            }
            threads.shutdown();
            assertThat(target.repository(ACCOUNTS).all().allowScan().list())
                    .isEqualTo(
                            undisturbed.repository(ACCOUNTS).all().allowScan().list())
                    .hasSizeGreaterThan(10);
        }
    }

    @Test
    void aProcessThatIsStoppedLeavesTheRestToOthersAtOnce() {
        try (Storage target = open("jdbc:sqlite:%s/data.db")) {
            ManualTimer timer = new ManualTimer();
            BackfillReport stopped = sharing(source, target)
                    .timer(timer)
                    .limits(RunLimits.NONE.withMaxErrors(2))
                    .build()
                    .backfill();
            assertThat(stopped.stopped()).isEqualTo(StopReason.MAX_ERRORS);
            assertThat(stopped.clean()).isFalse();
            BackfillReport rest = sharing(source, target).timer(timer).build().backfill();
            assertThat(rest.resumed()).isTrue();
            assertThat(timer.waits()).isEmpty();
            requireAsUndisturbed(target, "two after each other");
        }
    }

    @Test
    void severalWorkersOfSeveralProcessesEndAsOne() throws Exception {
        try (Storage target = open("jdbc:h2:mem:workers")) {
            ExecutorService threads = Executors.newFixedThreadPool(2);
            CountDownLatch joined = new CountDownLatch(2);
            List<Future<BackfillReport>> processes = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                CrashingStorage joining = new CrashingStorage(source, target, afterItsFirstUnit(joined));
                processes.add(threads.submit(() -> sharing(joining.source(), joining.target())
                        .workers(2)
                        .build()
                        .backfill()));
            }
            for (Future<BackfillReport> process : processes) {
                process.get(120, TimeUnit.SECONDS);
            }
            threads.shutdown();
            requireAsUndisturbed(target, "two times two");
        }
    }

    @Test
    void anInterruptedSharedRunGoesOnOnlyIfItIsSharedOrAnew() {
        try (Storage target = open("jdbc:h2:mem:interrupted")) {
            interrupt(target);
            assertThatThrownBy(() -> alone(source, target).backfill())
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("share it to go on, or restart");
            alone(source, target).restart();
            assertThat(target.repository(Checkpoint.TYPE).all().allowScan().list())
                    .isEmpty();
            alone(source, target).backfill();
            assertThat(Shop.content(target)).isEqualTo(expected);
        }
    }

    /** Dies while it copies a part of the books. */
    private void interrupt(Storage target) {
        ManualTimer timer = new ManualTimer();
        for (int crashAt = 1; ; crashAt++) {
            timer.pass(Duration.ofHours(1));
            CrashingStorage crashing = new CrashingStorage(source, target, crashAt);
            assertThatThrownBy(() -> sharing(crashing.source(), crashing.target())
                            .timer(timer)
                            .build()
                            .backfill())
                    .isInstanceOf(CrashingStorage.Crash.class);
            if (target.replica().ready(List.of(Checkpoint.TYPE))
                    && target.repository(Checkpoint.TYPE)
                            .find("books")
                            .filter(checkpoint -> !checkpoint.parts().isEmpty())
                            .isPresent()) {
                return;
            }
        }
    }

    @Test
    void aRestartWhileAPartIsCopiedTakesThePartAway() {
        AtomicReference<@Nullable List<String>> left = new AtomicReference<>();
        copyUndisturbed("memory:");
        try (Storage target = open("memory:")) {
            CrashingStorage stalling = new CrashingStorage(source, target, (call, withinUnit) -> {
                boolean copying = left.get() == null
                        && target.replica().ready(List.of(Checkpoint.TYPE))
                        && target.repository(Checkpoint.TYPE)
                                .find("books")
                                .filter(checkpoint -> !checkpoint.parts().isEmpty())
                                .isPresent();
                if (copying) {
                    alone(source, target).restart();
                    sharing(source, target).build().backfill();
                    left.set(state(target));
                }
            });
            assertThat(sharing(stalling.source(), stalling.target())
                            .build()
                            .backfill()
                            .complete())
                    .isTrue();
            assertThat(state(target)).isEqualTo(left.get());
            assertThat(Shop.content(target)).isEqualTo(expected);
            requireNoPartLeft(target, "restarted");
        }
    }

    @Test
    void aProcessWithAnotherPlanIsRefused() {
        Catalog other = Catalog.of(Shop.BOOKS);
        try (Storage target = open("jdbc:h2:mem:other-plan")) {
            interrupt(target);
            try (Storage part = KvStorage.open(store, other, CLOCK)) {
                assertThatThrownBy(() -> sharing(part, target).build().backfill())
                        .isInstanceOf(MigrationException.class)
                        .hasMessageContaining("another catalog");
            }
        }
    }

    @Test
    void aVersionThatIsSharedIsMadeOnce() {
        try (Storage target = open("jdbc:sqlite:%s/data.db")) {
            Optional<BackfillReport> made = sharing(source, target).build().runOnce("v1");
            assertThat(made.orElseThrow().entities()).isEqualTo(counts);
            assertThat(sharing(source, target).build().runOnce("v1")).isEmpty();
            assertThat(alone(source, target).runOnce("v1")).isEmpty();
        }
    }

    @Test
    void theProgressIsThatOfAllProcesses() {
        try (Storage target = open("jdbc:sqlite:%s/data.db")) {
            sharing(source, target)
                    .limits(RunLimits.NONE.withMaxErrors(2))
                    .build()
                    .backfill();
            List<Long> shelves = new ArrayList<>();
            BackfillReport rest = sharing(source, target)
                    .listener((phase, entity, partitions, items) -> shelves.add(partitions))
                    .build()
                    .backfill();
            EntityProgress all = counts.get(counts.size() - 1);
            assertThat(all.entity()).isEqualTo("shelves");
            assertThat(shelves).last().isEqualTo(all.partitions());
            assertThat(rest.writes()).isPositive().isLessThan(all.written());
        }
    }

    @Test
    void aTargetThatKnowsNoConditionsIsRefused() {
        Storage target =
                KvStorage.open(new EventualStore(new ManualClock(Shop.NOW), Duration.ZERO, 1), Shop.CATALOG, CLOCK);
        assertThatThrownBy(() -> sharing(source, target).build().backfill())
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("can't keep two processes apart");
    }
}
