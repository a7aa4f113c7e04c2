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
 * Compares contestants on a machine that does other work too: they take turns of a tenth of a second in one process, so
 * that whatever slows one slows all. The first contestant is what the others are compared with, by the time that passes and
 * by the time for which the thread had a processor: the latter tells what work by itself takes where others are waited for.
 */
public final class Turns {

    private static final long TURN_NANOS = 100_000_000;
    private static final int WARM_UP = 20;
    private static final double NANOS_PER_MICRO = 1_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final int turns;

    /** So many measured turns for each contestant, after the warm-up. */
    public Turns(int turns) {
        this.turns = turns;
    }

    /** One turn's mean. */
    private record Turn(double micros, double busy, double bytes) {}

    /** Runs an operation of each contestant in turns and prints a line for each. */
    public <B> void compare(String title, Map<String, B> contestants, Function<B, Object> operation) {
        compare(title, contestants, operation, contestant -> {});
    }

    /** As above; each turn ends with what the contestant still has to do for the operations, which counts as part of them. */
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
                    "%s | %s | %.2f us (quarters %.2f to %.2f) | %.0f B | %.2f | busy %.2f us | %.2f%n",
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
