package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.internal.checkpoint.Checkpoint;
import io.storeway.migrate.internal.checkpoint.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A process of a shared backfill that dies or stalls at any call, and what the others make of it. */
@Tag("slow")
class ShareCrashTest extends SharedRuns {

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
                        CompletableFuture.runAsync(() -> sharing(read, target)
                                        .timer(fast)
                                        .build()
                                        .backfill())
                                .join();
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
}
