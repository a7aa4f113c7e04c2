package io.storeway.bench.cache;

import io.storeway.Catalog;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.bench.OrderRound;
import io.storeway.bench.Orders;
import io.storeway.bench.Orders.Order;
import io.storeway.bench.TemporaryFolder;
import io.storeway.bench.Turns;
import io.storeway.kv.KeyValueStores;
import io.storeway.kv.cache.CachePolicy;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.kv.cache.CachedStorageBuilder;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.engine.Engines;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reads that the cache answers: by a {@link CachedStorage}, and by hand with Caffeine or with the store's own client and Jackson. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HitBenchmark {

    private static final Duration LONG = Duration.ofHours(1);

    /** Where the cache is: in the process, in an MVStore file, or in a Redis server on this machine. */
    @Param({"near", "mvstore", "redis"})
    public String tier = "near";

    private List<AutoCloseable> opened = List.of();
    private final OrderRound orders = new OrderRound();

    @SuppressWarnings("NullAway.Init") // Set by open().
    private Repository<Order> cached;

    @SuppressWarnings("NullAway.Init") // Set by open().
    private HandWrittenCache byHand;

    /** Fills the source and both caches. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        TemporaryFolder folder = TemporaryFolder.create();
        Storage source = Storages.open("memory:", Catalog.of(Orders.TYPE));
        source.repository(Orders.TYPE).saveAll(orders.all());
        String redis = tier.equals("redis") ? Engines.redis().newPlace() : "";
        KeyValueStore store = KeyValueStores.open(
                switch (tier) {
                    case "mvstore" -> "mvstore:" + folder.resolve("cache.mv");
                    case "redis" -> redis;
                    default -> "memory:";
                });
        CachedStorageBuilder builder = CachedStorage.over(source, store).cache(Orders.TYPE, CachePolicy.lasting(LONG));
        CachedStorage cache = (tier.equals("near") ? builder.near(2 * OrderRound.RECORDS, LONG) : builder).open();
        HandWrittenCache hand = switch (tier) {
            case "mvstore" -> HandWrittenCache.mvStore(folder.resolve("hand.mv"));
            case "redis" -> HandWrittenCache.redis(redis);
            default -> HandWrittenCache.caffeine(2 * OrderRound.RECORDS, LONG);
        };
        cached = cache.repository(Orders.TYPE);
        byHand = hand;
        for (Order order : orders.all()) {
            cached.find(order.id()); // Fills the store.
            cached.find(order.id()); // Fills the cache in the process.
            hand.put(order);
        }
        opened = List.of(cache, hand, store, source, folder);
    }

    /** Closes the caches and the source. */
    @TearDown(Level.Trial)
    public void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    /** Through the cached storage, by a new String object. */
    @Benchmark
    public Optional<Order> storeway() {
        return cached.find(orders.nextId());
    }

    /** By hand, by a new String object. */
    @Benchmark
    public Order handWritten() {
        return Objects.requireNonNull(byHand.get(orders.nextId()));
    }

    /** Through the cached storage, by the String object that it was filled with. */
    @Benchmark
    public Optional<Order> storewayByTheSameText() {
        return cached.find(orders.next().id());
    }

    /** By hand, by the String object that it was filled with, whose hash is known. */
    @Benchmark
    public Order handWrittenByTheSameText() {
        return Objects.requireNonNull(byHand.get(orders.next().id()));
    }

    /**
     * Compares the same operations in {@link Turns}.
     *
     * @param args the tier, and the number of turns
     */
    public static void main(String[] args) throws Exception {
        HitBenchmark benchmark = new HitBenchmark();
        benchmark.tier = args[0];
        benchmark.open();
        Turns turns = new Turns(Integer.parseInt(args[1]));
        turns.compare(args[0] + " hit", pair(benchmark::handWritten, benchmark::storeway), Supplier::get);
        turns.compare(
                args[0] + " hit by the same text",
                pair(benchmark::handWrittenByTheSameText, benchmark::storewayByTheSameText),
                Supplier::get);
        benchmark.close();
    }

    private static Map<String, Supplier<Object>> pair(Supplier<Object> handWritten, Supplier<Object> storeway) {
        Map<String, Supplier<Object>> contestants = new LinkedHashMap<>();
        contestants.put("handwritten", handWritten);
        contestants.put("storeway", storeway);
        return contestants;
    }
}
