package io.storeway.bench.cache;

import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.bench.Orders;
import io.storeway.bench.Orders.Order;
import io.storeway.bench.Turns;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.cache.CachePolicy;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.testkit.engine.Engines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reads by key of a PostgreSQL server on this machine, of which four in five ask for one of a thousand records and the fifth for
 * one that nobody has asked for: with a cache in memory, and without.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class HitRateBenchmark {

    private static final int RECORDS = 200_000;
    private static final int HOT = 1_000;
    private static final int FIFTH = 5;

    private List<Storage> opened = List.of();
    private List<Repository<Order>> repositories = List.of();
    private List<String> ids = List.of();
    private int turn;
    private int cold = HOT;

    /** Fills the table, and the cache with what is asked for often. */
    @Setup(Level.Trial)
    public void open() {
        List<Order> orders = Orders.some(RECORDS);
        ids = new ArrayList<>(orders.stream().map(Order::id).toList());
        Storage source = Storages.open(Engines.postgres().newDatabase(), Orders.CATALOG);
        source.repository(Orders.TYPE).saveAll(orders);
        CachedStorage cached = CachedStorage.over(source, new MemoryStore())
                .cache(Orders.TYPE, CachePolicy.lasting(Duration.ofHours(1)))
                .open();
        ids.subList(0, HOT).forEach(id -> cached.repository(Orders.TYPE).find(id));
        repositories = List.of(source.repository(Orders.TYPE), cached.repository(Orders.TYPE));
        opened = List.of(cached, source);
    }

    /** Closes both. */
    @TearDown(Level.Trial)
    public void close() {
        opened.forEach(Storage::close);
    }

    private String next() {
        turn++;
        if (turn % FIFTH != 0) {
            return ids.get(Math.floorMod(turn * 617, HOT));
        }
        cold = cold + 1 == RECORDS ? HOT : cold + 1;
        return ids.get(cold);
    }

    /** From the table. */
    @Benchmark
    public Optional<Order> uncached() {
        return repositories.get(0).find(next());
    }

    /** Through the cache. */
    @Benchmark
    public Optional<Order> cached() {
        return repositories.get(1).find(next());
    }

    /**
     * The same in turns, for a machine that does other work too.
     *
     * @param args how many turns
     */
    public static void main(String[] args) {
        HitRateBenchmark benchmark = new HitRateBenchmark();
        benchmark.open();
        Map<String, Supplier<Object>> contestants = new LinkedHashMap<>();
        contestants.put("uncached", benchmark::uncached);
        contestants.put("cached", benchmark::cached);
        new Turns(Integer.parseInt(args[0])).compare("postgresql, 80 percent hot", contestants, Supplier::get);
        benchmark.close();
    }
}
