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
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
 * What a {@link RoutedStorage} costs. {@code routedRead} is compared with {@code bareRead}, the same read of the side that answers,
 * in OFF and COMPLETE. {@code routedWrite} is compared with {@code bareWrites}, one write to each of two storages that no router
 * knows, in DUAL_WRITE and SHADOW; the routed write also writes a mark in the authority's unit of work.
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

    /** The stage. */
    @Param({"OFF", "DUAL_WRITE", "SHADOW", "COMPLETE"})
    public Stage stage = Stage.OFF;

    /** How many threads write to the follower; 0 for the calling thread. */
    @Param({"16", "0"})
    public int followers = 16;

    private @Nullable TemporaryFolder folder;
    private List<Storage> opened = List.of();
    private final OrderRound orders = new OrderRound();

    @SuppressWarnings("NullAway.Init") // Set by open().
    private RoutedStorage routed;

    @SuppressWarnings("NullAway.Init") // Set by open().
    private Sides sides;

    /** The routed orders, the orders of the side that answers reads, and those of a pair that no router knows. */
    private record Sides(
            Repository<Order> routed,
            Repository<Order> answering,
            Repository<Order> bareOld,
            Repository<Order> bareNew) {}

    /** Fills the old side and moves to the stage. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        folder = TemporaryFolder.create();
        Storage old = old("old");
        Storage fresh = fresh("new");
        old.repository(Orders.TYPE).saveAll(orders.all());
        routed = RoutedStorage.between(old, fresh)
                .instance("bench")
                .shadowComparisons(0)
                .followers(followers)
                .open();
        move();
        Storage bareOld = old("bare-old");
        Storage bareNew = fresh("bare-new");
        bareOld.repository(Orders.TYPE).saveAll(orders.all());
        bareNew.repository(Orders.TYPE).saveAll(orders.all());
        opened = List.of(routed, old, fresh, bareOld, bareNew);
        sides = new Sides(
                routed.repository(Orders.TYPE),
                (stage == Stage.COMPLETE ? fresh : old).repository(Orders.TYPE),
                bareOld.repository(Orders.TYPE),
                bareNew.repository(Orders.TYPE));
    }

    private Storage old(String name) {
        return storage(
                switch (engines) {
                    case "files" -> "mvstore:" + file(name);
                    case "sql" -> "jdbc:sqlite:" + file(name);
                    case "servers" -> Engines.redis().newPlace();
                    case "memory" -> "memory:";
                    default -> throw unknown();
                });
    }

    private Storage fresh(String name) {
        return storage(
                switch (engines) {
                    case "files" -> "jdbc:sqlite:" + file(name);
                    case "sql", "servers" -> Engines.postgres().newDatabase();
                    case "memory" -> "memory:";
                    default -> throw unknown();
                });
    }

    private Path file(String name) {
        return Objects.requireNonNull(folder).resolve(name);
    }

    private IllegalArgumentException unknown() {
        return new IllegalArgumentException(engines + " is none of memory, files, sql, servers");
    }

    private static Storage storage(String uri) {
        return Storages.open(uri, Orders.CATALOG);
    }

    /** Waits until both sides have all writes, so that a turn's writes count as done only then. */
    private void awaitFollower() {
        try {
            if (!routed.awaitFollower(Duration.ofMinutes(1))) {
                throw new IllegalStateException("The follower needs more than a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void move() {
        for (Preflight.Risk risk : Preflight.Risk.values()) {
            routed.control().acknowledge(risk, "bench", "benchmark");
        }
        routed.control().advanceTo(stage, "bench", "benchmark");
    }

    /** Closes everything and deletes the files. */
    @TearDown(Level.Trial)
    public void close() {
        opened.forEach(Storage::close);
        Objects.requireNonNull(folder).close();
    }

    /** A read through the routed storage. */
    @Benchmark
    public Optional<Order> routedRead() {
        return sides.routed.find(orders.next().id());
    }

    /** The same read of the side that answers the routed one. */
    @Benchmark
    public Optional<Order> bareRead() {
        return sides.answering.find(orders.next().id());
    }

    /** A write through the routed storage; in DUAL_WRITE and SHADOW to both sides. */
    @Benchmark
    public Order routedWrite() {
        Order order = orders.changed();
        sides.routed.save(order);
        return order;
    }

    /** The same write to an old storage, then to a new one, which no router knows. */
    @Benchmark
    public Order bareWrites() {
        Order order = orders.changed();
        sides.bareOld.save(order);
        sides.bareNew.save(order);
        return order;
    }

    /**
     * Compares reads in OFF and COMPLETE and writes in DUAL_WRITE, where callers don't wait for the follower, and in SHADOW, where
     * they do, in {@link Turns}. A round over all records comes first, because the warm-up of the turns is too short to compile
     * all the code.
     *
     * @param args the engines, the number of turns, and the number of threads that write to the follower
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
