package io.storeway.bench;

import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.bench.Orders.Order;
import io.storeway.migrate.routing.Preflight;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.testkit.engine.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

    /** In memory on both sides; MVStore and SQLite, or SQLite and PostgreSQL, each commit durable; Redis and PostgreSQL. */
    @Param({"memory", "files", "sql", "servers"})
    public String engines = "memory";

    /** The stage; read and dual tell in which one they say something. */
    @Param({"OFF", "DUAL_WRITE", "SHADOW", "COMPLETE"})
    public Stage stage = Stage.OFF;

    /** How many threads write to the follower; with none the caller's does. */
    @Param({"16", "0"})
    public int followers = 16;

    private Path folder = Path.of("");
    private List<Storage> opened = List.of();
    private List<Repository<Order>> sides = List.of();
    private final OrderRound orders = new OrderRound();

    /** Fills the old side and moves to the stage. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        folder = Files.createTempDirectory("storeway-bench");
        Storage old = old("old");
        Storage fresh = fresh("new");
        old.repository(Orders.TYPE).saveAll(orders.all());
        RoutedStorage routed = RoutedStorage.between(old, fresh)
                .instance("bench")
                .shadowComparisons(0)
                .followers(followers)
                .open();
        move(routed);
        Storage bareOld = old("bare-old");
        Storage bareNew = fresh("bare-new");
        bareOld.repository(Orders.TYPE).saveAll(orders.all());
        bareNew.repository(Orders.TYPE).saveAll(orders.all());
        opened = List.of(routed, old, fresh, bareOld, bareNew);
        sides = opened.stream().map(storage -> storage.repository(Orders.TYPE)).toList();
    }

    private Storage old(String name) {
        return storage(
                switch (engines) {
                    case "files" -> "mvstore:" + folder.resolve(name);
                    case "sql" -> "jdbc:sqlite:" + folder.resolve(name);
                    case "servers" -> Engines.redis().newPlace();
                    case "memory" -> "memory:";
                    default -> throw unknown();
                });
    }

    private Storage fresh(String name) {
        return storage(
                switch (engines) {
                    case "files" -> "jdbc:sqlite:" + folder.resolve(name);
                    case "sql", "servers" -> Engines.postgres().newDatabase();
                    case "memory" -> "memory:";
                    default -> throw unknown();
                });
    }

    private IllegalArgumentException unknown() {
        return new IllegalArgumentException(engines + " is none of memory, files, sql, servers");
    }

    private static Storage storage(String uri) {
        return Storages.open(uri, Orders.CATALOG);
    }

    /** Writes count as done when both sides have them. */
    private void awaitFollower() {
        try {
            if (!((RoutedStorage) opened.get(0)).awaitFollower(Duration.ofMinutes(1))) {
                throw new IllegalStateException("The follower needs more than a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void move(RoutedStorage routed) {
        for (Preflight.Risk risk : Preflight.Risk.values()) {
            routed.control().acknowledge(risk, "bench", "nothing to lose");
        }
        routed.control().advanceTo(stage, "bench", "on");
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

    /** A read through the routed storage. */
    @Benchmark
    public Optional<Order> routedRead() {
        return sides.get(0).find(orders.next().id());
    }

    /** The same read of the very side that answers it. */
    @Benchmark
    public Optional<Order> bareRead() {
        return sides.get(stage == Stage.COMPLETE ? 2 : 1).find(orders.next().id());
    }

    /** A write through the routed storage; in DUAL_WRITE and SHADOW to both sides. */
    @Benchmark
    public Order routedWrite() {
        Order order = orders.changed();
        sides.get(0).save(order);
        return order;
    }

    /** The same write of an old side, then of a new one, of which no router knows. */
    @Benchmark
    public Order bareWrites() {
        Order order = orders.changed();
        sides.get(3).save(order);
        sides.get(4).save(order);
        return order;
    }

    /**
     * The same in turns, for a machine that does other work too: reads in OFF and COMPLETE, writes in DUAL_WRITE, where nobody waits
     * for the follower, and in SHADOW, where callers do; after a round over all records, as so much code isn't compiled within the warm-up of turns.
     *
     * @param args the engines, how many turns, and how many threads write to the follower
     */
    public static void main(String[] args) throws IOException {
        for (Stage stage : List.of(Stage.OFF, Stage.DUAL_WRITE, Stage.SHADOW, Stage.COMPLETE)) {
            RoutedBenchmark benchmark = new RoutedBenchmark();
            benchmark.engines = args[0];
            benchmark.stage = stage;
            benchmark.followers = Integer.parseInt(args[2]);
            benchmark.open();
            boolean writes = stage == Stage.DUAL_WRITE || stage == Stage.SHADOW;
            Map<String, Supplier<Object>> contestants = new LinkedHashMap<>();
            contestants.put("bare", writes ? benchmark::bareWrites : benchmark::bareRead);
            contestants.put("routed", writes ? benchmark::routedWrite : benchmark::routedRead);
            for (int i = 0; i < OrderRound.RECORDS; i++) {
                contestants.values().forEach(each -> Objects.requireNonNull(each.get()));
            }
            new Turns(Integer.parseInt(args[1]))
                    .compare(
                            args[0] + (writes ? " write in " : " read in ") + stage,
                            contestants,
                            Supplier::get,
                            each -> benchmark.awaitFollower());
            benchmark.close();
        }
    }
}
