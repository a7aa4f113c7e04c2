package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.sql.CloudflareD1;
import io.storeway.sql.SqlStorage;
import io.storeway.testkit.engine.CloudflareServer;
import io.storeway.testkit.engine.Engines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Moves to and from D1 on Cloudflare's local engine, through every stage and back, while two instances write. */
@EnabledIfSystemProperty(named = "storeway.cloudflare", matches = "true", disabledReason = "it needs -Pcloudflare")
@Timeout(600)
class D1MovesTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final int OWNERS = 5;
    private static final int AT_FIRST = 40;
    private static final int WRITES_IN_A_STAGE = 6;

    @TempDir
    Path folder;

    private final CloudflareServer server = Engines.cloudflare();
    private final Map<Key, Long> acknowledged = new ConcurrentHashMap<>();
    private final Semaphore written = new Semaphore(0);
    private volatile boolean writing = true;

    private Storage d1() {
        return SqlStorage.open(CloudflareD1.dataSource(server.newDatabase(), server.token()), CATALOG);
    }

    private static RoutedStorage instance(String name, Storage old, Storage fresh, Storage control) {
        return RoutedStorage.between(old, fresh)
                .named("d1")
                .controlledBy(control)
                .instance(name)
                .heartbeat(Duration.ofMillis(200))
                .lease(Duration.ofMinutes(2))
                .park(Duration.ofMinutes(2))
                .switchWithin(Duration.ofMinutes(2))
                .followerTimeout(Duration.ofSeconds(20))
                .shadowSample(100)
                .shadowComparisons(0)
                .open();
    }

    /** Writes, reads and deletes records that no other writer writes. */
    private int write(RoutedStorage routed, String writer) {
        int turn = 0;
        for (; writing; turn++) {
            String owner = writer + turn % OWNERS;
            String name = "n" + turn % 3;
            if (turn % 7 == 6) {
                routed.repository(MovesTest.ENTRIES).delete(owner, name);
                acknowledged.remove(Key.of(owner, name));
            } else {
                routed.repository(MovesTest.ENTRIES).save(new Entry(owner, name, turn));
                acknowledged.put(Key.of(owner, name), (long) turn);
                assertThat(routed.repository(MovesTest.ENTRIES).find(owner, name))
                        .contains(new Entry(owner, name, turn));
            }
            written.release();
        }
        return turn;
    }

    private void awaitWrites() {
        written.drainPermits();
        written.acquireUninterruptibly(WRITES_IN_A_STAGE);
    }

    private void to(RoutedStorage one, RoutedStorage two, Stage stage) {
        patiently(() -> Moves.to(one, two, stage));
        awaitWrites();
    }

    /** A write over HTTP may be in flight for longer than a step waits for it. */
    private static void patiently(Runnable step) {
        while (true) {
            try {
                step.run();
                return;
            } catch (StageBlockedException e) {
                assertThat(e.blocks()).allMatch(block -> block.guard() == Block.Guard.ACKNOWLEDGED);
            }
        }
    }

    private void goThere(Storage old, Storage fresh, Storage control) throws ExecutionException, InterruptedException {
        for (int i = 0; i < AT_FIRST; i++) {
            Entry entry = new Entry("early" + i, "n", i);
            old.repository(MovesTest.ENTRIES).save(entry);
            acknowledged.put(Key.of(entry.owner(), "n"), (long) i);
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        try (RoutedStorage one = instance("one", old, fresh, control);
                RoutedStorage two = instance("two", old, fresh, control)) {
            List<Future<Integer>> writers = new ArrayList<>();
            writers.add(threads.submit(() -> write(one, "a")));
            writers.add(threads.submit(() -> write(two, "b")));
            try {
                to(one, two, Stage.READ_NEW);
                patiently(() -> one.control().rollback("test", "reads go back"));
                awaitWrites();
                to(one, two, Stage.LIVE);
                patiently(() -> one.control().rollback("test", "writes go back"));
                awaitWrites();
                assertThat(one.control().status().stage()).isEqualTo(Stage.READ_NEW);
                to(one, two, Stage.RAMP_DOWN);
            } finally {
                writing = false;
            }
            for (Future<Integer> writer : writers) {
                assertThat(writer.get()).isPositive();
            }
            one.control().repair("test", "mend");
            assertThat(one.control().compare().equal()).isTrue();
            assertThat(one.shadowDifferences()).isEmpty();
            assertThat(two.shadowDifferences()).isEmpty();
            patiently(() -> Moves.to(one, two, Stage.COMPLETE));
        } finally {
            threads.shutdown();
        }
        for (Storage side : List.of(old, fresh)) {
            assertThat(side.repository(MovesTest.ENTRIES).all().allowScan().list())
                    .containsExactlyInAnyOrderElementsOf(acknowledged.entrySet().stream()
                            .map(each -> new Entry(
                                    String.valueOf(each.getKey().values().get(0)),
                                    String.valueOf(each.getKey().values().get(1)),
                                    each.getValue()))
                            .toList());
        }
    }

    @Test
    void blobsMoveToD1WhileInstancesWrite() throws ExecutionException, InterruptedException {
        try (Storage old = Storages.open("mvstore:" + folder.resolve("old.mv"), CATALOG);
                Storage fresh = d1()) {
            goThere(old, fresh, old);
        }
    }

    @Test
    void d1DecidesAndKeepsTheStageOfItsOwnMigration() throws ExecutionException, InterruptedException {
        try (Storage old = d1();
                Storage fresh = Storages.open("jdbc:sqlite:" + folder.resolve("new.db"), CATALOG)) {
            goThere(old, fresh, old);
        }
    }
}
