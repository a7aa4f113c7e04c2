package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Writers, background rounds, backfill, switches and deaths in thousands of orders, on the real code. Replay one with
 * {@code -Dstoreway.schedule=SEED}.
 */
class ScheduleTest {

    private static final long FIRST = Long.getLong("storeway.schedule", 1L);
    private static final long RUNS =
            System.getProperty("storeway.schedule") == null ? Long.getLong("storeway.schedules", 1_000L) : 1;
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    @AfterAll
    static void end() {
        THREADS.shutdownNow();
    }

    @Test
    void noAcknowledgedWriteIsLostAndNoDifferenceIsWithoutAMark() throws Exception {
        Set<Stage> stages = EnumSet.noneOf(Stage.class);
        long faults = 0;
        long steps = 0;
        for (long seed = FIRST; seed < FIRST + RUNS; seed++) {
            World world = new World(seed, seed % 4 == 0 ? 0 : 25, Mutant.NONE);
            Optional<String> wrong = world.run(THREADS, 3);
            if (wrong.isPresent()) {
                fail("seed %d: %s", seed, wrong.get());
            }
            stages.addAll(world.stages());
            faults += world.faults();
            steps += world.steps();
        }
        if (RUNS > 1) {
            assertThat(stages).containsAll(EnumSet.allOf(Stage.class));
            assertThat(faults).isGreaterThan(RUNS);
        }
        System.out.printf(
                "schedules %d, steps %d, faults %d: lost 0, resurrected 0, unmarked 0%n", RUNS, steps, faults);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "FENCE_NOT_HELD"})
    void aBrokenRuleIsFound(Mutant mutant) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        for (long seed = 1; System.nanoTime() < end; seed++) {
            Optional<String> wrong;
            try {
                wrong = new World(seed, seed % 4 == 0 ? 0 : 25, mutant).run(THREADS, 3);
            } catch (RuntimeException e) {
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
