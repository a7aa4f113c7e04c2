package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.internal.backfill.Backfill;
import io.storeway.migrate.internal.run.Gate;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.migrate.internal.run.Retries;
import io.storeway.migrate.internal.run.Timer;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import io.storeway.testkit.engine.Engines;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);
    private static final int BATCH = 6;

    record Account(String id, String mail) {}

    private static final EntityType<Account> ACCOUNTS = EntityType.of(Account.class)
            .named("accounts")
            .identifiedBy(Account::id)
            .unique(Account::mail)
            .build();

    private static Storage shop() {
        MemoryStore store = new MemoryStore();
        Shop.fill(store);
        return KvStorage.open(store, Shop.CATALOG, CLOCK);
    }

    private static Migration migration(Storage source, Storage target, int workers) {
        return Migration.from(source)
                .to(target)
                .batch(BATCH)
                .workers(workers)
                .withoutReadingAhead()
                .clock(CLOCK)
                .build();
    }

    private static Storage h2(String name) {
        return Storages.open("jdbc:h2:mem:workers" + name, Shop.CATALOG, CLOCK);
    }

    @Test
    void aCrashAtAnyStoreCallOfSeveralWorkersAndAResumedRunEndAsARunOfOne() {
        Storage source = shop();
        List<String> expected;
        List<EntityProgress> counts;
        int calls;
        try (Storage one = h2("one");
                Storage several = h2("several")) {
            counts = migration(source, one, 1).backfill().entities();
            expected = Shop.content(one);
            CrashingStorage counting = new CrashingStorage(source, several, Integer.MAX_VALUE);
            assertThat(migration(counting.source(), counting.target(), 3)
                            .backfill()
                            .entities())
                    .isEqualTo(counts);
            calls = counting.calls();
            assertThat(Shop.content(several)).isEqualTo(expected);
        }
        assertThat(calls).isGreaterThan(60);
        for (int crashAt = 1; crashAt <= calls; crashAt++) {
            try (Storage target = h2("crash" + crashAt)) {
                CrashingStorage crashing = new CrashingStorage(source, target, crashAt);
                assertThatThrownBy(() -> migration(crashing.source(), crashing.target(), 3)
                                .backfill())
                        .as("crash at call %d", crashAt)
                        .isInstanceOf(CrashingStorage.Crash.class);
                Migration resumed = migration(source, target, crashAt % 2 == 0 ? 3 : 1);
                resumed.backfill();
                assertThat(Shop.content(target)).as("crash at call %d", crashAt).isEqualTo(expected);
                assertThat(resumed.status())
                        .as("crash at call %d", crashAt)
                        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("written", "unchanged")
                        .isEqualTo(counts);
                assertThat(resumed.verify().equal()).isTrue();
            }
        }
    }

    @Test
    void severalWorkersEndAsOneOnAServer() {
        Storage source = shop();
        try (Storage one = h2("alone");
                Storage server = Storages.open(Engines.postgres().newDatabase(), Shop.CATALOG, CLOCK)) {
            List<EntityProgress> counts = migration(source, one, 1).backfill().entities();
            Migration migration = migration(source, server, 4);
            assertThat(migration.runOnce("v1").orElseThrow().entities()).isEqualTo(counts);
            assertThat(Shop.content(server)).isEqualTo(Shop.content(one));
            assertThat(migration.backfill().writes()).isZero();
        }
    }

    @Test
    void workersWriteAtTheSameTime() {
        CountDownLatch both = new CountDownLatch(2);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Consumer<ReplicaUnit> guard = unit -> {
            if (threads.add(Thread.currentThread())) {
                both.countDown();
                awaitAll(both);
            }
        };
        Catalog books = Catalog.of(Shop.BOOKS);
        MemoryStore store = new MemoryStore();
        Shop.fill(store);
        try (Storage source = KvStorage.open(store, books, CLOCK);
                Storage target = Storages.open("jdbc:h2:mem:side", books, CLOCK)) {
            Pairing.Pace pace = new Pairing.Pace(
                    BATCH,
                    2,
                    false,
                    new Retries(0, Duration.ofSeconds(1), Timer.SYSTEM),
                    RunLimits.NONE,
                    Timer.SYSTEM,
                    new Gate(),
                    Duration.ofSeconds(30),
                    false);
            Pairing pair = new Pairing(source, target, books.types(), pace, CLOCK, (phase, entity, read, items) -> {});
            assertThat(new Backfill(pair, null, guard).run().complete()).isTrue();
        }
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS))
                    .as("another worker is within a unit of its own")
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void ofRecordsThatCantBothBeThereTheFirstStaysWithAnyNumberOfWorkers() {
        Catalog catalog = Catalog.of(ACCOUNTS);
        MemoryStore store = new MemoryStore();
        List<Account> accounts = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            accounts.add(new Account("a%02d".formatted(i), "mail" + i % 20));
        }
        try (Storage source = KvStorage.open(store, catalog, CLOCK);
                Storage target = Storages.open("jdbc:h2:mem:unique", catalog, CLOCK)) {
            source.repository(ACCOUNTS).saveAll(accounts);
            migration(source, target, 4).backfill();
            assertThat(target.repository(ACCOUNTS).all().allowScan().list())
                    .containsExactlyElementsOf(accounts.subList(0, 20));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory:", "jdbc:sqlite:%s/app.db"})
    void severalWorkersAreRefusedWhereWritersWaitForEachOther(String uri, @TempDir Path folder) {
        try (Storage target = Storages.open(uri.formatted(folder), Shop.CATALOG, CLOCK)) {
            assertThatThrownBy(() -> migration(shop(), target, 2).backfill())
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("2 workers")
                    .hasMessageContaining("let one worker copy");
            assertThat(Shop.content(target)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65})
    void aNumberOfWorkersThatMakesNoSenseIsRefused(int workers) {
        assertThatThrownBy(() -> migration(shop(), shop(), workers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Integer.toString(workers));
    }
}
