package io.storeway.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Compares contestants on a machine that does other work too: they take turns of a tenth of a second in one process, so that
 * whatever slows one of them slows all.
 *
 * <p>Prints a line for each contestant: the median time of an operation with its quartiles, the bytes that the calling thread
 * allocates for one, and the speed relative to the first contestant (more is faster); then time and speed once more by the
 * processor time of the calling thread, which leaves out waiting for a disk or a server.
 */
public final class Turns {

    private static final long TURN_NANOS = 100_000_000;
    /** Turns of each contestant that are not measured. */
    private static final int WARM_UP = 20;

    private static final double NANOS_PER_MICRO = 1_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final int turns;

    /** The number of measured turns for each contestant. */
    public Turns(int turns) {
        this.turns = turns;
    }

    /** The means of one turn's operations: microseconds, microseconds of processor time, bytes allocated. */
    private record Turn(double micros, double busy, double bytes) {}

    /** Runs an operation of each contestant in turns, and prints the results. */
    public <B> void compare(String title, Map<String, B> contestants, Function<B, Object> operation) {
        compare(title, contestants, operation, contestant -> {});
    }

    /** As above. Each turn ends with what the contestant still has to do for its operations, which counts as part of them. */
    public <B> void compare(
            String title, Map<String, B> contestants, Function<B, Object> operation, Consumer<B> finish) {
        Map<String, Turn[]> measured = contestants.keySet().stream()
                .collect(Collectors.toMap(name -> name, name -> new Turn[turns], (a, b) -> a, LinkedHashMap::new));
        for (int turn = -WARM_UP; turn < turns; turn++) {
            for (Map.Entry<String, B> contestant : contestants.entrySet()) {
                Turn done = turn(contestant.getValue(), operation, finish);
                if (turn >= 0) {
                    Objects.requireNonNull(measured.get(contestant.getKey()))[turn] = done;
                }
            }
        }
        print(title, measured);
    }

    private void print(String title, Map<String, Turn[]> measured) {
        double base = 0;
        double busyBase = 0;
        for (Map.Entry<String, Turn[]> each : measured.entrySet()) {
            double[] micros = sorted(each.getValue(), Turn::micros);
            double median = micros[turns / 2];
            double busy = sorted(each.getValue(), Turn::busy)[turns / 2];
            base = base == 0 ? median : base;
            busyBase = busyBase == 0 ? busy : busyBase;
            System.out.printf(
                    Locale.ROOT,
                    "%s | %s | %.2f us (quartiles %.2f to %.2f) | %.0f B | speed %.2f | processor %.2f us | speed %.2f%n",
                    title,
                    each.getKey(),
                    median,
                    micros[turns / 4],
                    micros[turns * 3 / 4],
                    each.getValue()[turns - 1].bytes(),
                    base / median,
                    busy,
                    busyBase / busy);
        }
    }

    private static double[] sorted(Turn[] turns, ToDoubleFunction<Turn> figure) {
        return Arrays.stream(turns).mapToDouble(figure).sorted().toArray();
    }

    private static <B> Turn turn(B contestant, Function<B, Object> operation, Consumer<B> finish) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long busy = THREADS.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        long now = start;
        int runs = 0;
        while (now - start < TURN_NANOS) {
            Objects.requireNonNull(operation.apply(contestant));
            runs++;
            now = System.nanoTime();
        }
        finish.accept(contestant);
        now = System.nanoTime();
        return new Turn(
                (now - start) / NANOS_PER_MICRO / runs,
                (THREADS.getCurrentThreadCpuTime() - busy) / NANOS_PER_MICRO / runs,
                (double) (THREADS.getCurrentThreadAllocatedBytes() - allocated) / runs);
    }
}
