package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageException;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.migrate.routing.internal.replication.Mark;
import io.storeway.testkit.RunNumber;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.fault.JavaProcess;
import io.storeway.testkit.fault.TcpProxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Three processes that write, on their way from Redis to PostgreSQL and back, while one of them is killed or stopped beyond its
 * lease, or connections are cut. After each fault all are stopped, and every difference has to have a mark; in the end
 * every acknowledged write has to be there.
 */
@Tag("slow")
class ThreeProcessesTest {

    private static final int ROUNDS = 8 * RunNumber.positive("storeway.effort", 1);
    private static final int PROCESSES = 3;
    private static final Duration LONG = Duration.ofMinutes(1);

    /** As the runbook asks for: a process that stands still within a transaction holds its locks no longer. */
    private static final String ENDS_IDLE_TRANSACTIONS = "&options=-c%20idle_in_transaction_session_timeout=1000";

    private record Running(String name, JavaProcess process) {}

    /** What goes wrong in a round. */
    private enum Fault {
        KILL,
        PAUSE,
        CUT_OLD,
        CUT_NEW
    }

    private final SplittableRandom random = new SplittableRandom(RunNumber.of("storeway.seed", 1));
    private final String oldUri = Engines.redis().newPlace();
    private final String newUri = Engines.postgres().newDatabase();
    private final Storage old = Storages.open(oldUri, RoutedProcess.CATALOG);
    private final Storage fresh = Storages.open(newUri, RoutedProcess.CATALOG);
    private final TcpProxy beforeOld = before(oldUri);
    private final TcpProxy beforeNew = before(newUri.substring("jdbc:".length()));
    private final StageControl control = RoutedProcess.between(old, fresh).begin();
    private final List<Running> processes = new ArrayList<>();
    private final ProcessHistory history = new ProcessHistory();
    private final EnumSet<Stage> stages = EnumSet.noneOf(Stage.class);
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private int started;
    private int lives;
    private int compared;
    private int differed;

    private static TcpProxy before(String uri) {
        URI server = URI.create(uri);
        return TcpProxy.before(server.getHost(), server.getPort());
    }

    private static String through(TcpProxy proxy, String uri) {
        return uri.replaceFirst("127\\.0\\.0\\.1:[0-9]+", "127.0.0.1:" + proxy.port());
    }

    @BeforeEach
    void startAll() throws InterruptedException {
        control.acknowledge(Preflight.Risk.OLD_NOT_DURABLE, "test", "Redis keeps what is written while it runs");
        control.acknowledge(Preflight.Risk.CONTROL_NOT_DURABLE, "test", "PostgreSQL is durable");
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(start());
        }
        for (Running instance : processes) {
            awaitWrites(instance.process(), 5);
        }
    }

    @AfterEach
    void close() {
        processes.forEach(instance -> instance.process().close());
        beforeOld.close();
        beforeNew.close();
        old.close();
        fresh.close();
    }

    private Running start() {
        started++;
        String name = "instance-" + started;
        JavaProcess process = JavaProcess.start(
                List.of("-XX:TieredStopAtLevel=1", "-Xmx128m"),
                RoutedProcess.class,
                through(beforeOld, oldUri),
                through(beforeNew, newUri) + ENDS_IDLE_TRANSACTIONS,
                name,
                Long.toString(started * 1_000_000_000L));
        return new Running(name, process);
    }

    private static void awaitWrites(JavaProcess process, int more) throws InterruptedException {
        long before = process.lines().stream()
                .filter(ThreeProcessesTest::acknowledged)
                .count();
        process.awaitLines(ThreeProcessesTest::acknowledged, before + more, LONG);
    }

    private static boolean acknowledged(String line) {
        return line.startsWith("acknowledged");
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the time at which to give up").isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Test
    void noAcknowledgedWriteIsLostAndNoDifferenceIsWithoutAMark() throws Exception {
        Fault[] all = Fault.values();
        for (int round = 0; round < ROUNDS; round++) {
            Fault fault = all[round % all.length];
            faults.merge(fault, 1, Integer::sum);
            suffer(fault);
            for (Running instance : processes) {
                awaitWrites(instance.process(), 3);
            }
            requireMarks();
        }
        for (Running instance : processes) {
            end(instance.process());
        }
        requireAllThatWasAcknowledged();
        System.out.printf(
                "%d processes, faults %s, stages %s: of %d acknowledged writes (%d without an answer) lost 0, of %d deletions "
                        + "resurrected 0, of %d looks at a partition %d differed, without a mark 0%n",
                started,
                faults,
                stages,
                history.acknowledged(),
                history.unknown(),
                history.deletions(),
                compared,
                differed);
        assertThat(faults).containsOnlyKeys(all);
        assertThat(stages).contains(Stage.DUAL_WRITE, Stage.SHADOW, Stage.READ_NEW, Stage.LIVE);
        assertThat(compared).isPositive();
    }

    /** The fault while the stage moves, then its end. */
    private void suffer(Fault fault) throws Exception {
        int victim = random.nextInt(PROCESSES);
        Running instance = processes.get(victim);
        switch (fault) {
            case KILL -> {
                CompletableFuture<Void> moving = CompletableFuture.runAsync(this::move);
                LockSupport.parkNanos(random.nextLong(Duration.ofMillis(300).toNanos()));
                end(instance.process());
                processes.set(victim, start());
                moving.get();
            }
            case PAUSE -> {
                instance.process().pause();
                await(() -> control.status().instances().stream()
                        .noneMatch(live -> live.name().equals(instance.name())));
                move();
                instance.process().resume();
            }
            case CUT_OLD, CUT_NEW -> {
                TcpProxy proxy = fault == Fault.CUT_OLD ? beforeOld : beforeNew;
                CompletableFuture<Void> moving = CompletableFuture.runAsync(this::move);
                for (int cut = 0; cut < 5 || !moving.isDone(); cut++) {
                    if (cut % 3 == 2) {
                        proxy.refuse();
                    } else {
                        proxy.reset();
                    }
                    LockSupport.parkNanos(random.nextLong(Duration.ofMillis(100).toNanos()));
                    proxy.heal();
                    LockSupport.parkNanos(random.nextLong(Duration.ofMillis(100).toNanos()));
                }
                moving.get();
            }
        }
        move();
    }

    private void end(JavaProcess process) throws InterruptedException {
        process.kill();
        history.add(process.lines());
    }

    /** Goes forward and sometimes back; what is refused is tried again while a lease ends. */
    private void move() {
        long end = System.nanoTime() + RoutedProcess.LEASE.multipliedBy(2).toNanos();
        while (System.nanoTime() < end) {
            try {
                StageStatus status = control.status();
                stages.add(status.stage());
                if (status.stage() == Stage.DUAL_WRITE && !status.synced()) {
                    control.backfill("test", "copy");
                } else if (status.stage() == Stage.READ_NEW && status.percent() < 100) {
                    control.percent(100, "test", "everybody");
                } else if (status.stage() == Stage.RAMP_DOWN || (status.stage() == Stage.LIVE && ++lives % 2 == 0)) {
                    control.rollback("test", "back");
                } else {
                    control.advance("test", "on");
                }
                stages.add(control.status().stage());
                return;
            } catch (StorageException | StageBlockedException | Fence.Closed e) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }
    }

    private static @Nullable Long value(Storage storage, String owner) {
        return storage.repository(MovesTest.ENTRIES)
                .find(owner, RoutedProcess.NAME)
                .map(Entry::weight)
                .orElse(null);
    }

    /** Stops everybody, and looks for a partition that differs and has no mark. */
    private void requireMarks() throws InterruptedException {
        for (Running instance : processes) {
            instance.process().pause();
        }
        StageStatus status = control.status();
        if (status.synced() && status.stage() != Stage.SWITCHING) {
            Storage authority = Stages.authority(status.stage()).orElseThrow() == Side.OLD ? old : fresh;
            for (int key = 0; key < RoutedProcess.KEYS; key++) {
                String owner = RoutedProcess.owner(key);
                compared++;
                if (differs(owner)) {
                    differed++;
                    // A server may still be at a call whose client stands still.
                    await(() -> !differs(owner)
                            || authority
                                            .repository(Mark.TYPE)
                                            .partition("entries", owner)
                                            .count()
                                    > 0);
                }
            }
        }
        for (Running instance : processes) {
            instance.process().resume();
        }
    }

    private boolean differs(String owner) {
        Long there = value(old, owner);
        return there == null ? value(fresh, owner) != null : !there.equals(value(fresh, owner));
    }

    /** A new instance heals what is left, then both sides hold what the writes explain. */
    private void requireAllThatWasAcknowledged() {
        try (RoutedStorage healed =
                RoutedProcess.between(old, fresh).instance("healed").open()) {
            await(() -> {
                StageStatus status = healed.control().status();
                return status.marks().orElseThrow() == 0
                        && status.stage() != Stage.SWITCHING
                        && status.instances().size() == 1
                        && healed.stage() == status.stage();
            });
            boolean synced = healed.control().status().synced();
            for (int key = 0; key < RoutedProcess.KEYS; key++) {
                String owner = RoutedProcess.owner(key);
                Long found = value(healed, owner);
                assertThat(history.explains(owner, found))
                        .as("%s holds %s in %s, which no write explains", owner, found, healed.stage())
                        .isTrue();
                assertThat(synced && differs(owner))
                        .as("%s differs after a repair", owner)
                        .isFalse();
            }
        }
    }
}
