package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.storeway.testkit.RunNumber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Writers, background rounds, backfill, switches and deaths in thousands of orders, on the real code. Replay one with
 * {@code -Dstoreway.schedule=SEED}.
 */
class ScheduleTest {

    private static final @Nullable Long REPLAYED =
            System.getProperty("storeway.schedule") == null ? null : RunNumber.of("storeway.schedule", 0);
    private static final long FIRST = REPLAYED == null ? 1 : REPLAYED;
    private static final long RUNS = REPLAYED == null ? RunNumber.positive("storeway.schedules", 100_000) : 1;
    private static final int LONG_EACH = 10;
    /** While the turn goes from one thread to the next, another schedule has the processor. */
    private static final int AT_ONCE = Runtime.getRuntime().availableProcessors() + 1;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    @AfterAll
    static void end() {
        THREADS.shutdownNow();
    }

    /** What the schedules have come to. Thread-safe. */
    private static final class Tally {
        private final Set<Stage> stages = EnumSet.noneOf(Stage.class);
        private long runs;
        private long faults;
        private long steps;

        synchronized void add(World world) {
            runs++;
            stages.addAll(world.stages());
            faults += world.faults();
            steps += world.steps();
        }
    }

    @Test
    void noAcknowledgedWriteIsLostAndNoDifferenceIsWithoutAMark() throws Exception {
        Tally tally = new Tally();
        AtomicLong seeds = new AtomicLong(FIRST);
        AtomicReference<String> wrong = new AtomicReference<>();
        List<Future<?>> workers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            workers.add(THREADS.submit(() -> {
                for (long seed = seeds.getAndIncrement();
                        seed < FIRST + RUNS && wrong.get() == null;
                        seed = seeds.getAndIncrement()) {
                    World world = world(seed, Mutant.NONE);
                    try {
                        Optional<String> found = world.run(THREADS);
                        if (found.isPresent()) {
                            wrong.set("seed " + seed + ": " + found.get());
                        }
                    } catch (ExecutionException e) {
                        throw new AssertionError("seed " + seed + " fails", e.getCause());
                    }
                    tally.add(world);
                }
                return true;
            }));
        }
        for (Future<?> worker : workers) {
            worker.get();
        }
        assertThat(wrong.get()).isNull();
        assertThat(tally.runs).isEqualTo(RUNS);
        if (REPLAYED == null) {
            assertThat(tally.stages).containsAll(EnumSet.allOf(Stage.class));
            assertThat(tally.faults).isGreaterThan(RUNS);
        }
        System.out.printf(
                "schedules %d, steps %d, faults %d: lost 0, resurrected 0, unmarked 0%n",
                tally.runs, tally.steps, tally.faults);
    }

    private static World world(long seed, Mutant mutant) {
        return new World(seed, seed % 4 == 0 ? 0 : 25, seed % LONG_EACH == 0 ? Length.LONG : Length.SHORT, mutant);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "FENCE_NOT_HELD", "NO_FENCE"})
    void aBrokenRuleIsFound(Mutant mutant) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        for (long seed = 1; System.nanoTime() < end; seed++) {
            Optional<String> wrong;
            try {
                wrong = world(seed, mutant).run(THREADS);
            } catch (ExecutionException e) {
                continue;
            }
            if (wrong.isPresent()) {
                assertThat(wrong.get()).isNotEmpty();
                return;
            }
        }
        fail("%s was not found", mutant);
    }
}
