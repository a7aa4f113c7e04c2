package io.storeway.bench;

import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.bench.Orders.Order;
import io.storeway.migrate.routing.Preflight;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a {@link RoutedStorage} costs: a read through it over the same read of the side that answers, in OFF and COMPLETE; and a
 * write to both sides over the sum of the two bare writes, in DUAL_WRITE, with a mark in the authority's unit of work.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RoutedBenchmark {

    private static final int RECORDS = 10_000;

    /** In memory on both sides, or MVStore and SQLite, each commit durable. */
    @Param({"memory", "files"})
    public String engines = "memory";

    /** The stage; read and dual tell in which one they say something. */
    @Param({"OFF", "DUAL_WRITE", "COMPLETE"})
    public Stage stage = Stage.OFF;

    private Path folder = Path.of("");
    private List<Storage> opened = List.of();
    private List<Repository<Order>> sides = List.of();
    private List<Order> orders = List.of();
    private int turn;

    /** Fills the old side and moves to the stage. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        folder = Files.createTempDirectory("storeway-bench");
        Storage old = storage("mvstore:" + folder.resolve("old.mv"));
        Storage fresh = storage("jdbc:sqlite:" + folder.resolve("new.db"));
        orders = Orders.some(RECORDS);
        old.repository(Orders.TYPE).saveAll(orders);
        RoutedStorage routed = RoutedStorage.between(old, fresh)
                .instance("bench")
                .shadowComparisons(0)
                .open();
        move(routed);
        Storage bareOld = storage("mvstore:" + folder.resolve("bare.mv"));
        Storage bareNew = storage("jdbc:sqlite:" + folder.resolve("bare.db"));
        bareOld.repository(Orders.TYPE).saveAll(orders);
        bareNew.repository(Orders.TYPE).saveAll(orders);
        opened = List.of(routed, old, fresh, bareOld, bareNew);
        sides = Stream.of(routed, bareOld, bareNew)
                .map(storage -> storage.repository(Orders.TYPE))
                .toList();
    }

    private Storage storage(String uri) {
        return Storages.open(engines.equals("memory") ? "memory:" : uri, Orders.CATALOG);
    }

    private void move(RoutedStorage routed) {
        StageControl control = routed.control();
        for (Preflight.Risk risk : Preflight.Risk.values()) {
            control.acknowledge(risk, "bench", "nothing to lose");
        }
        while (control.status().stage() != stage) {
            if (control.status().stage() == Stage.DUAL_WRITE) {
                control.backfill("bench");
            } else if (control.status().stage() == Stage.READ_NEW) {
                control.percent(100, "bench", "all");
            }
            control.advance("bench", "on");
        }
    }

    /** Closes everything and deletes the files. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        opened.forEach(Storage::close);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Order next() {
        turn = (turn + 7_919) % RECORDS;
        return orders.get(turn);
    }

    /** A read through the routed storage. */
    @Benchmark
    public Optional<Order> routedRead() {
        return sides.get(0).find(next().id());
    }

    /** The same read of the side that answers it. */
    @Benchmark
    public Optional<Order> bareRead() {
        return sides.get(stage == Stage.COMPLETE ? 2 : 1).find(next().id());
    }

    /** A write through the routed storage; in DUAL_WRITE to both sides. */
    @Benchmark
    public void routedWrite() {
        sides.get(0).save(next());
    }

    /** The same write of the old side alone. */
    @Benchmark
    public void bareOldWrite() {
        sides.get(1).save(next());
    }

    /** The same write of the new side alone. */
    @Benchmark
    public void bareNewWrite() {
        sides.get(2).save(next());
    }
}
