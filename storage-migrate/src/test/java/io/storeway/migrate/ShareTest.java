package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.fault.EventualStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several processes share one backfill; here each is a thread, or a part of one thread's work. */
class ShareTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);
    private static final int BATCH = 6;

    record Account(String id, String mail, @Nullable String owner) {}

    /** Which record of two stays, and in which pass one comes, depends on what was there before. */
    private static final EntityType<Account> ACCOUNTS = EntityType.of(Account.class)
            .named("accounts")
            .identifiedBy(Account::id)
            .nullable(Account::owner)
            .unique(Account::mail)
            .referencesSelf(Account::owner, OnDelete.RESTRICT)
            .build();

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private final Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
    private List<String> expected = List.of();
    private List<EntityProgress> counts = List.of();

    @BeforeEach
    void fillSource() {
        Shop.fill(store);
        copyUndisturbed("jdbc:h2:mem:undisturbed");
    }

    private void copyUndisturbed(String uri) {
        try (Storage target = open(uri)) {
            counts = sharing(source, target).build().backfill().entities();
            expected = Shop.content(target);
        }
    }

    private Storage open(String uri) {
        return Storages.open(uri.formatted(folder), Shop.CATALOG, CLOCK);
    }

    private static Migration.Builder sharing(Storage source, Storage target) {
        return Migration.from(source)
                .to(target)
                .share()
                .batch(BATCH)
                .withoutReadingAhead()
                .clock(CLOCK);
    }

    private static Migration alone(Storage source, Storage target) {
        return Migration.from(source).to(target).batch(BATCH).clock(CLOCK).build();
    }

    private void requireAsUndisturbed(Storage target, String description) {
        assertThat(Shop.content(target)).as(description).isEqualTo(expected);
        requireCounts(alone(source, target).status(), description);
        requireNoPartLeft(target, description);
    }

    /** The reasons of residue come in the order in which they were met. */
    private void requireCounts(List<EntityProgress> progress, String description) {
        assertThat(progress)
                .as(description)
                .usingRecursiveComparison()
                .ignoringCollectionOrder()
                .isEqualTo(counts);
    }

    private static void requireNoPartLeft(Storage target, String description) {
        assertThat(target.replica().ready(List.of(Checkpoint.TYPE, Lease.TYPE))).isTrue();
        assertThat(target.repository(Checkpoint.TYPE).all().allowScan().list())
                .as(description)
                .allMatch(Checkpoint::atEnd)
                .extracting(Checkpoint::entity)
                .doesNotHaveDuplicates()
                .allMatch(name -> !name.contains("/"));
        assertThat(target.repository(Lease.TYPE).all().allowScan().list())
                .as(description)
                .extracting(Lease::name)
                .allMatch(name -> !name.contains("/"));
    }

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

    @ParameterizedTest
    @CsvSource({"memory:, 1", "jdbc:h2:mem:crash%2$d, 7"})
    void aProcessThatDiesAtAnyStoreCallIsFollowedByAnotherAfterItsLease(String uri, int step) {
        int calls = calls(uri);
        for (int crashAt = 1; crashAt <= calls; crashAt += step) {
            try (Storage target = Storages.open(uri.formatted(folder, crashAt), Shop.CATALOG, CLOCK)) {
                CrashingStorage crashing = new CrashingStorage(source, target, crashAt);
                ManualTimer timer = new ManualTimer();
                assertThatThrownBy(() -> sharing(crashing.source(), crashing.target())
                                .timer(timer)
                                .build()
                                .backfill())
                        .as("crash at call %d", crashAt)
                        .isInstanceOf(CrashingStorage.Crash.class);
                if (ended(target)) {
                    assertThat(crashAt)
                            .as("only the last call comes after the end")
                            .isEqualTo(calls);
                    requireAsUndisturbed(target, "crash at the end");
                } else {
                    BackfillReport report =
                            sharing(source, target).timer(timer).build().backfill();
                    requireCounts(report.entities(), "crash at call " + crashAt);
                    requireAsUndisturbed(target, "crash at call " + crashAt);
                }
            }
        }
    }

    private static boolean begun(Storage target) {
        return alone(target, target).status().stream().anyMatch(type -> type.status() != RunStatus.NOT_STARTED);
    }

    private static boolean ended(Storage target) {
        return alone(target, target).status().stream()
                .allMatch(type -> type.status() == RunStatus.DONE || type.status() == RunStatus.DONE_WITH_RESIDUE);
    }

    private int calls(String uri) {
        copyUndisturbed(uri.formatted(folder, -1));
        try (Storage target = Storages.open(uri.formatted(folder, 0), Shop.CATALOG, CLOCK)) {
            CrashingStorage counting = new CrashingStorage(source, target, Integer.MAX_VALUE);
            sharing(counting.source(), counting.target()).build().backfill();
            assertThat(counting.calls()).isGreaterThan(100);
            return counting.calls();
        }
    }

    /** The other one sees newer blobs, so that what the first one has read is old when it wakes up. */
    @ParameterizedTest
    @CsvSource({"memory:, 3", "jdbc:h2:mem:stall%2$d, 17"})
    void aProcessThatStallsPastItsLeaseAtAnyStoreCallWritesNothingWhenItWakesUp(String uri, int step) {
        int calls = calls(uri);
        int judged = 0;
        for (int call = 1; call <= calls; call += step) {
            int stallAt = call;
            MemoryStore changing = new MemoryStore();
            Shop.fill(changing);
            AtomicReference<@Nullable List<String>> left = new AtomicReference<>();
            AtomicBoolean underWay = new AtomicBoolean();
            try (Storage read = KvStorage.open(changing, Shop.CATALOG, CLOCK);
                    Storage target = Storages.open(uri.formatted(folder, stallAt), Shop.CATALOG, CLOCK)) {
                ManualTimer slow = new ManualTimer();
                ManualTimer fast = new ManualTimer();
                fast.pass(Duration.ofHours(1));
                CrashingStorage stalling = new CrashingStorage(read, target, (at, withinUnit) -> {
                    // Within a unit of a database the other one would wait for its locks.
                    boolean free = uri.equals("memory:") || !withinUnit;
                    if (at >= stallAt && free && left.get() == null) {
                        underWay.set(begun(target) && !ended(target));
                        changing.commit(
                                List.of(),
                                List.of(
                                        Shop.put("book:b007", "{\"title\":\"New\",\"year\":7}"),
                                        Shop.put("shelf:u2", "[{\"isbn\":\"b007\",\"rating\":1}]")));
                        sharing(read, target).timer(fast).build().backfill();
                        left.set(state(target));
                    }
                });
                BackfillReport late = sharing(stalling.source(), stalling.target())
                        .timer(slow)
                        .build()
                        .backfill();
                String description = "stall at call " + stallAt;
                assertThat(late.complete()).as(description).isTrue();
                if (underWay.get()) { // Else the late one makes a run of its own.
                    assertThat(state(target)).as(description).isEqualTo(left.get());
                    judged++;
                }
                requireNoPartLeft(target, description);
                alone(read, target).backfill(); // What changed behind the reading is for the next run.
                assertThat(alone(read, target).verify().equal()).as(description).isTrue();
            }
        }
        assertThat(judged * step).isGreaterThan(100);
    }

    /** The one that has taken the part over dies before it writes, so nothing but its token keeps the late one away. */
    @ParameterizedTest
    @ValueSource(strings = {"memory:", "jdbc:h2:mem:token"})
    void aPartThatAnotherProcessHasTakenOverIsNotWrittenByItsLateOwner(String uri) {
        copyUndisturbed(uri + (uri.equals("memory:") ? "" : "-undisturbed"));
        Duration late = Duration.ofSeconds(31);
        ManualTimer slow = new ManualTimer();
        ManualTimer fast = new ManualTimer();
        fast.pass(late);
        AtomicBoolean taken = new AtomicBoolean();
        try (Storage target = open(uri)) {
            CrashingStorage dying = new CrashingStorage(source, target, (call, withinUnit) -> {
                if (!withinUnit
                        && partOfBooks(target).filter(part -> part.token() == 2).isPresent()) {
                    taken.set(true);
                    throw new CrashingStorage.Crash(call);
                }
            });
            CrashingStorage stalling = new CrashingStorage(source, target, (call, withinUnit) -> {
                if (!withinUnit && !taken.get() && partOfBooks(target).isPresent()) {
                    assertThatThrownBy(() -> sharing(dying.source(), dying.target())
                                    .timer(fast)
                                    .build()
                                    .backfill())
                            .isInstanceOf(CrashingStorage.Crash.class);
                }
            });
            sharing(stalling.source(), stalling.target()).timer(slow).build().backfill();
            assertThat(taken).isTrue();
            assertThat(slow.nanos())
                    .as("it waits until the lease of the other one is over")
                    .isGreaterThanOrEqualTo(late.plusSeconds(30).toNanos());
            requireAsUndisturbed(target, "taken over twice");
        }
    }

    private static Optional<Lease> partOfBooks(Storage target) {
        return target.replica().ready(List.of(Checkpoint.TYPE, Lease.TYPE))
                ? target.repository(Checkpoint.TYPE).find("books").stream()
                        .flatMap(whole -> whole.parts().stream())
                        .flatMap(part -> target.repository(Lease.TYPE).find(part).stream())
                        .findFirst()
                : Optional.empty();
    }

    /** All that a migration has left: data, residue and checkpoints. */
    private static List<String> state(Storage target) {
        List<String> state = new ArrayList<>(Shop.content(target));
        alone(target, target).status().forEach(progress -> state.add(progress.toString()));
        return state;
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
    void aTreeWhoseCopyDiesAtAnyStoreCallStillArrivesWhole() {
        Catalog catalog = Catalog.of(ACCOUNTS);
        try (Storage accounts = Storages.open("memory:", catalog)) {
            for (int i = 0; i < 9; i++) {
                accounts.repository(ACCOUNTS)
                        .save(new Account("a" + i, "mail" + i, i == 8 ? "nobody" : i == 4 ? null : "a" + (i + 1)));
            }
            List<Account> whole;
            int calls;
            try (Storage target = Storages.open("jdbc:h2:mem:tree0", catalog)) {
                CrashingStorage counting = new CrashingStorage(accounts, target, Integer.MAX_VALUE);
                sharing(counting.source(), counting.target()).build().backfill();
                calls = counting.calls();
                whole = target.repository(ACCOUNTS).all().allowScan().list();
                assertThat(whole).hasSize(5);
            }
            for (int crashAt = 1; crashAt <= calls; crashAt++) {
                try (Storage target = Storages.open("jdbc:h2:mem:tree" + crashAt, catalog)) {
                    CrashingStorage crashing = new CrashingStorage(accounts, target, crashAt);
                    ManualTimer timer = new ManualTimer();
                    assertThatThrownBy(() -> sharing(crashing.source(), crashing.target())
                                    .timer(timer)
                                    .build()
                                    .backfill())
                            .isInstanceOf(CrashingStorage.Crash.class);
                    sharing(accounts, target).timer(timer).build().backfill();
                    assertThat(target.repository(ACCOUNTS).all().allowScan().list())
                            .as("crash at call %d", crashAt)
                            .isEqualTo(whole);
                    requireNoPartLeft(target, "crash at call " + crashAt);
                }
            }
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
