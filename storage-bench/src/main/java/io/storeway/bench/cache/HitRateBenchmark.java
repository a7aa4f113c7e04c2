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
 * Reads by key from a PostgreSQL server on this machine, with a cache in memory and without. Four reads in five ask for one of a
 * thousand hot records, which the cache holds; the fifth asks for one that is not in the cache.
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
    /** Has no divisor in common with {@link #HOT}, so the hot records are read equally often. */
    private static final int STEP = 617;
    /** One read in so many is cold. */
    private static final int COLD_ONE_IN = 5;

    private List<Storage> opened = List.of();

    @SuppressWarnings("NullAway.Init") // Set by open().
    private Repository<Order> bareRepository;

    @SuppressWarnings("NullAway.Init") // Set by open().
    private Repository<Order> cachedRepository;

    private List<String> ids = List.of();
    private int turn;
    /** The index of the last cold record. */
    private int cold = HOT;

    /** Fills the table, and the cache with the hot records. */
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
        bareRepository = source.repository(Orders.TYPE);
        cachedRepository = cached.repository(Orders.TYPE);
        opened = List.of(cached, source);
    }

    /** Closes both. */
    @TearDown(Level.Trial)
    public void close() {
        opened.forEach(Storage::close);
    }

    private String next() {
        turn++;
        if (turn % COLD_ONE_IN != 0) {
            return ids.get(Math.floorMod(turn * STEP, HOT));
        }
        cold = cold + 1 == RECORDS ? HOT : cold + 1;
        return ids.get(cold);
    }

    /** From the table. */
    @Benchmark
    public Optional<Order> uncached() {
        return bareRepository.find(next());
    }

    /** Through the cache. */
    @Benchmark
    public Optional<Order> cached() {
        return cachedRepository.find(next());
    }

    /**
     * Compares the same operations in {@link Turns}.
     *
     * @param args the number of turns
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
