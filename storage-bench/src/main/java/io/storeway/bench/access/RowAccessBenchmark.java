package io.storeway.bench.access;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.bench.TemporaryFolder;
import io.storeway.bench.Turns;
import io.storeway.testkit.engine.Engines;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
 * The five operations of {@link Access} on 20,000 rows, one thread, by each library on each engine. No commit waits for the disk,
 * because that would hide what the libraries cost.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class RowAccessBenchmark {

    private static final int ROWS = 20_000;
    private static final int BATCH = 1_000;
    private static final int LIMIT = 20;
    /** How many rows lie in the range of time that a query asks for. */
    private static final int RANGE = 200;

    /** The engine. */
    @Param({"sqlite", "h2", "postgresql"})
    public String engine = "sqlite";

    /** The library. */
    @Param({"handwritten", "storeway", "jdbi", "springdata", "hibernate", "jooq", "mybatis"})
    public String library = "storeway";

    private final SplittableRandom random = new SplittableRandom(7);
    private @Nullable TemporaryFolder folder;
    private @Nullable HikariDataSource pool;
    private @Nullable Access opened;
    /** The records to write: another version of those in the table. */
    private List<Purchase> updates = List.of();

    /** Creates the table and its rows. */
    @Setup
    public void fill() throws IOException {
        TemporaryFolder files = TemporaryFolder.create();
        folder = files;
        pool = pool(engine, files);
        try (Access storeway = new StorewayAccess(pool)) {
            for (int from = 0; from < ROWS; from += BATCH) {
                storeway.upsertAll(Purchase.of(from, BATCH, 0));
            }
        }
        updates = Purchase.of(0, ROWS, 1);
        opened = switch (library) {
            case "handwritten" -> new HandWrittenAccess(pool, engine);
            case "storeway" -> new StorewayAccess(pool);
            case "jdbi" -> new JdbiAccess(pool, engine);
            case "springdata" -> new SpringDataAccess(pool);
            case "hibernate" -> new HibernateAccess(pool, engine);
            case "jooq" -> new JooqAccess(pool, engine);
            case "mybatis" -> new MyBatisAccess(pool, engine);
            default -> throw new IllegalArgumentException(library);
        };
    }

    private static HikariDataSource pool(String engine, TemporaryFolder folder) {
        HikariConfig config = new HikariConfig();
        config.setMaximumPoolSize(4);
        switch (engine) {
            case "sqlite" -> {
                config.setJdbcUrl("jdbc:sqlite:" + folder.resolve("bench.db"));
                config.addDataSourceProperty("journal_mode", "WAL");
                config.addDataSourceProperty("synchronous", "NORMAL");
                config.addDataSourceProperty("foreign_keys", "true");
            }
            case "h2" -> config.setJdbcUrl("jdbc:h2:" + folder.resolve("bench") + ";CASE_INSENSITIVE_IDENTIFIERS=TRUE");
            default -> config.setJdbcUrl(Engines.postgres().newDatabase() + "&synchronous_commit=off");
        }
        return new HikariDataSource(config);
    }

    /** Closes the pool and deletes what it wrote. */
    @TearDown
    public void close() {
        access().close();
        if (pool != null) {
            pool.close();
        }
        if (folder != null) {
            folder.close();
        }
    }

    private Access access() {
        if (opened == null) {
            throw new IllegalStateException("not set up");
        }
        return opened;
    }

    /** One row by its key. */
    @Benchmark
    public Purchase find() {
        return access().find(updates.get(random.nextInt(ROWS)).id());
    }

    /** One row written. */
    @Benchmark
    public Purchase upsert() {
        Purchase purchase = updates.get(random.nextInt(ROWS));
        access().upsert(purchase);
        return purchase;
    }

    /** Ten rows by an index. */
    @Benchmark
    public List<Purchase> ofCustomer() {
        return access().ofCustomer(updates.get(random.nextInt(ROWS)).customer());
    }

    /** Twenty rows of a range, sorted. */
    @Benchmark
    public List<Purchase> latest() {
        int from = random.nextInt(ROWS - RANGE);
        return access().latest("open", Purchase.placedAt(from), Purchase.placedAt(from + RANGE), LIMIT);
    }

    /** A thousand rows written in one transaction. */
    @Benchmark
    public List<Purchase> upsertAll() {
        int from = random.nextInt(ROWS / BATCH) * BATCH;
        List<Purchase> batch = updates.subList(from, from + BATCH);
        access().upsertAll(batch);
        return batch;
    }

    /**
     * Compares the same operations in {@link Turns}.
     *
     * @param args the engine, the number of turns, and the libraries separated by commas; the first is what the others are compared
     *     with
     */
    public static void main(String[] args) throws IOException {
        Map<String, RowAccessBenchmark> libraries = new LinkedHashMap<>();
        for (String library : args[2].split(",", -1)) {
            RowAccessBenchmark benchmark = new RowAccessBenchmark();
            benchmark.engine = args[0];
            benchmark.library = library;
            benchmark.fill();
            libraries.put(library, benchmark);
        }
        Turns turns = new Turns(Integer.parseInt(args[1]));
        turns.compare(args[0] + " find", libraries, RowAccessBenchmark::find);
        turns.compare(args[0] + " ofCustomer", libraries, RowAccessBenchmark::ofCustomer);
        turns.compare(args[0] + " latest", libraries, RowAccessBenchmark::latest);
        turns.compare(args[0] + " upsert", libraries, RowAccessBenchmark::upsert);
        turns.compare(args[0] + " upsertAll", libraries, RowAccessBenchmark::upsertAll);
        libraries.values().forEach(RowAccessBenchmark::close);
    }
}
