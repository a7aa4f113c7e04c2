package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.membership.ShadowCounts;
import io.storeway.migrate.routing.internal.membership.View;
import io.storeway.migrate.routing.internal.reads.ShadowReads;
import io.storeway.migrate.routing.internal.replication.Mark;
import io.storeway.migrate.routing.internal.replication.MarkCleaner;
import io.storeway.migrate.routing.internal.replication.Marks;
import io.storeway.migrate.routing.internal.replication.PartitionId;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.replication.Touched;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Version;
import io.storeway.testkit.call.Interposed;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an instance keeps in memory has limits, and what goes beyond them is not lost. */
class LimitsTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final int WRITES = 20;

    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicInteger reads = new AtomicInteger();
    private final Storage old = KvStorage.open(new MemoryStore(), CATALOG);
    private final Storage fresh = KvStorage.open(
            Interposed.store(new MemoryStore(), call -> {
                if (down.get()) {
                    throw new StorageUnavailableException("down", ErrorContext.of(call.verb()), null);
                }
                reads.incrementAndGet();
                return call.proceed();
            }),
            CATALOG);

    private RoutedStorageBuilder between() {
        return Moves.quiet(old, fresh);
    }

    @Test
    void anInstanceSeesItsOwnWritesBeyondWhatItKeepsApart() {
        try (RoutedStorage routed = between().pending(2).open()) {
            Moves.to(routed, Stage.READ_NEW);
            routed.control().percent(100, "test", "everybody");
            routed.routing().tick();
            down.set(true);
            for (int i = 0; i < WRITES; i++) {
                routed.repository(MovesTest.ENTRIES).save(new Entry("o" + i, "n", i));
            }
            for (int i = 0; i < WRITES; i++) {
                assertThat(routed.repository(MovesTest.ENTRIES).find("o" + i, "n"))
                        .contains(new Entry("o" + i, "n", i));
            }
            assertThat(routed.routing().pending().size()).isEqualTo(3);
            routed.routing().tick();
            assertThat(routed.routing().pending().size())
                    .as("nothing has been repaired")
                    .isEqualTo(3);
            down.set(false);
            routed.control().repair("test", "mend");
            routed.routing().tick();
            assertThat(routed.routing().pending().isEmpty()).isTrue();
            int before = reads.get();
            assertThat(routed.repository(MovesTest.ENTRIES).find("o7", "n")).contains(new Entry("o7", "n", 7));
            assertThat(reads).as("reads of the new storage").hasValueGreaterThan(before);
        }
    }

    @Test
    void metMarksBeyondTheLimitStayForARepair() {
        Sides sides = new Sides(old, fresh, "default", Clock.systemUTC());
        sides.prepare(EnumSet.allOf(Side.class));
        Version version = new Version(1, 1);
        PartitionId kept = new PartitionId("entries", "first");
        PartitionId beyond = new PartitionId("entries", "last");
        List<PartitionState> states = Stream.of("first", "last")
                .map(owner -> new PartitionState(Key.of(owner), version, List.of(), List.of()))
                .toList();
        old.replica().transact(unit -> {
            Marks.put(unit, sides, List.of(new Touched.Batch(MovesTest.ENTRIES, states)), Instant.EPOCH);
            return true;
        });
        MarkCleaner clears = new MarkCleaner(sides, never -> {});
        clears.add(Side.OLD, Map.of(kept, version));
        for (int i = 0; i < 50_000; i++) {
            clears.add(Side.OLD, Map.of(new PartitionId("entries", "p" + i), version));
        }
        clears.add(Side.OLD, Map.of(beyond, version));
        clears.flush();
        assertThat(Marks.page(old, "default", null, 10).items())
                .extracting(Mark::key)
                .containsExactly(beyond.mark(sides.carried("entries")));
    }

    @Test
    void readsBeyondTheQueueOfComparisonsAreCountedAsDropped() {
        try (RoutedStorage routed = between().shadowSample(100).open()) {
            Moves.to(routed, Stage.SHADOW);
            List<Runnable> queue = new ArrayList<>();
            ShadowCounts counts = new ShadowCounts();
            ShadowReads shadow = new ShadowReads(
                    new Sides(old, fresh, "default", Clock.systemUTC()),
                    routed.routing().options(),
                    counts,
                    task -> {
                        if (queue.size() == 5) {
                            throw new RejectedExecutionException("full");
                        }
                        queue.add(task);
                    });
            View view = routed.routing().member().view();
            for (int i = 0; i < 8; i++) {
                shadow.offer(view, MovesTest.ENTRIES, Key.of("o" + i));
            }
            assertThat(counts.dropped()).isEqualTo(3);
        }
    }

    @Test
    void theStatusTellsHowManyComparisonsWereLeftOut() {
        try (RoutedStorage routed = between().shadowSample(100).open()) {
            Moves.to(routed, Stage.SHADOW);
            down.set(true);
            for (int i = 0; i < 3; i++) {
                routed.repository(MovesTest.ENTRIES).partition("o" + i).list();
            }
            routed.routing().settleShadow();
            routed.routing().tick();
            assertThat(routed.control().status().instances())
                    .singleElement()
                    .extracting(StageStatus.Participant::dropped)
                    .isEqualTo(3L);
            down.set(false);
            Moves.to(routed, Stage.READ_NEW);
            assertThat(routed.control().status().instances().get(0).dropped())
                    .as("another epoch")
                    .isZero();
        }
    }

    @Test
    void theLatestHundredDifferencesAreKept() {
        try (RoutedStorage routed = between().shadowSample(100).open()) {
            Moves.to(routed, Stage.SHADOW);
            for (int i = 0; i < 130; i++) {
                old.repository(MovesTest.ENTRIES).save(new Entry("o" + i, "past the router", i));
            }
            for (int i = 0; i < 130; i++) {
                routed.repository(MovesTest.ENTRIES).partition("o" + i).list();
            }
            routed.routing().settleShadow();
            assertThat(routed.shadowDifferences()).hasSize(100);
        }
    }
}
