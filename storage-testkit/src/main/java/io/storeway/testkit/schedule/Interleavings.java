package io.storeway.testkit.schedule;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program under many orders of its threads: all orders, random ones, or one that failed before. Immutable.
 *
 * <pre>{@code
 * Interleavings.of(run -> {
 *     KeyValueStore store = run.store(new MemoryStore());
 *     run.thread("writer", () -> increment(store));
 *     run.thread("other", () -> increment(store));
 *     run.afterwards(() -> assertThat(value(store)).isEqualTo(2));
 * }).all(10_000);
 * }</pre>
 *
 * <p>A failure is a {@link ScheduleFailure} with the shortest failing schedule found, its steps and the cause. The same schedule
 * gives the same run if the program does not depend on time, hash codes or randomness of its own, and waits only by {@link
 * Run#await}, {@link Run#sleep} and {@link Run#lock}. Waiting for a lock of the JDK works, too, but takes milliseconds each time.
 * The code between two points is not interleaved, so races on plain fields are not found.
 */
public final class Interleavings {

    private final Program program;
    private final int preemptions;
    private final boolean crashes;

    private Interleavings(Program program, int preemptions, boolean crashes) {
        this.program = program;
        this.preemptions = preemptions;
        this.crashes = crashes;
    }

    /** All interleavings of the program. */
    public static Interleavings of(Program program) {
        return new Interleavings(program, Integer.MAX_VALUE, false);
    }

    /** Runs in which the process may also die at any point: its threads end there, and the checks see what is left. */
    public Interleavings withCrashes() {
        return new Interleavings(program, preemptions, true);
    }

    /** Only runs in which threads that could go on are interrupted at most so many times; two are enough for most races. */
    public Interleavings preemptions(int atMost) {
        return new Interleavings(program, atMost, crashes);
    }

    /**
     * What was explored.
     *
     * @param runs how many runs there were
     * @param points how many points they passed
     * @param complete whether these were all runs that there are
     */
    public record Explored(long runs, long points, boolean complete) {}

    /**
     * Every interleaving, up to a number of runs.
     *
     * @throws ScheduleFailure if one of them fails
     */
    public Explored all(int atMost) {
        DepthFirst search = new DepthFirst();
        boolean[] more = {true};
        Choosers choosers = runs -> {
            more[0] = runs == 0 || search.next();
            return more[0] && runs < atMost ? search : null;
        };
        return explore(choosers, () -> more[0]);
    }

    /**
     * So many random interleavings.
     *
     * @throws ScheduleFailure if one of them fails
     */
    public Explored random(long seed, int runs) {
        return explore(done -> done == runs ? null : Chooser.random(seed + done), () -> true);
    }

    /**
     * Runs the schedule of a failure; after its end, each thread runs as far as it can.
     *
     * @throws ScheduleFailure if it fails
     * @throws UnrepeatableRunException if the program doesn't offer the choices of the schedule
     */
    public Explored replay(String schedule) {
        int[] taken = {0};
        Chooser replaying = Chooser.replaying(schedule);
        Chooser counting = (options, usual) -> {
            taken[0]++;
            return replaying.choose(options, usual);
        };
        Explored explored = explore(done -> done == 1 ? null : counting, () -> true);
        if (taken[0] < schedule.length()) {
            throw new UnrepeatableRunException(
                    "The schedule has " + schedule.length() + " decisions, and the program ended after " + taken[0]);
        }
        return explored;
    }

    /** Gives the chooser of the next run, or null to end. */
    @FunctionalInterface
    private interface Choosers {
        @Nullable
        Chooser next(long runsDone);
    }

    private Explored explore(Choosers choosers, BooleanSupplier more) {
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "interleaving");
            thread.setDaemon(true);
            return thread;
        });
        try {
            long runs = 0;
            long points = 0;
            for (Chooser chooser = choosers.next(0); chooser != null; chooser = choosers.next(runs)) {
                Decisions decisions = new Decisions(chooser, preemptions, crashes);
                Throwable failure = new Run(decisions).execute(program, threads);
                runs++;
                points += decisions.points();
                if (failure instanceof UnrepeatableRunException e) {
                    throw e;
                }
                if (failure != null) {
                    throw shortest(decisions, failure, runs, threads);
                }
            }
            return new Explored(runs, points, !more.getAsBoolean());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while exploring", e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** The shortest beginning of the failing schedule that fails when each thread then runs as far as it can. */
    private ScheduleFailure shortest(Decisions failing, Throwable failure, long runs, ExecutorService threads)
            throws InterruptedException {
        String schedule = failing.schedule();
        for (int length = 0; length < schedule.length(); length++) {
            Decisions shorter = new Decisions(Chooser.replaying(schedule.substring(0, length)), preemptions, crashes);
            Throwable same = new Run(shorter).execute(program, threads);
            if (same != null && same.getClass().equals(failure.getClass())) {
                return failure(shorter, schedule.substring(0, length), same, runs);
            }
        }
        return failure(failing, schedule, failure, runs);
    }

    private ScheduleFailure failure(Decisions decisions, String schedule, Throwable cause, long runs) {
        String given = (crashes ? "withCrashes()." : "")
                + (preemptions < Integer.MAX_VALUE ? "preemptions(" + preemptions + ")." : "");
        return new ScheduleFailure(
                "Run %d fails: %s%n%sreplay(\"%s\") repeats it:%n%s"
                        .formatted(runs, cause.getMessage(), given, schedule, decisions.trace()),
                schedule,
                cause);
    }
}
