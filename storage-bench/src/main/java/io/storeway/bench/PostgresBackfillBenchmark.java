package io.storeway.bench;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MvStore;
import io.storeway.migrate.Migration;
import io.storeway.testkit.engine.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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

/** MVStore to PostgreSQL, batches of 1,000: a backfill against hand-written loops with the same guarantee. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
public class PostgresBackfillBenchmark {

    private static final int BATCH = 1_000;

    /** How many records. */
    @Param("200000")
    public int records;

    private Path file = Path.of("");
    private @Nullable MvStore opened;
    private String url = "";

    /** Fills the source once. */
    @Setup(Level.Trial)
    public void fill() throws IOException {
        file = Files.createTempFile("storeway-bench", ".mv");
        Files.delete(file);
        opened = MvStore.open(file);
        Orders.fill(source(), records);
    }

    /** Each run gets a database of its own. */
    @Setup(Level.Iteration)
    public void next() {
        url = Engines.postgres().newDatabase();
    }

    /** Deletes the source. */
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        source().close();
        Files.delete(file);
    }

    /** Storeway. */
    @Benchmark
    public long storeway() {
        try (Storage target = Storages.open(url, Orders.CATALOG)) {
            return Migration.from(KvStorage.open(source(), Orders.CATALOG))
                    .to(target)
                    .batch(BATCH)
                    .build()
                    .backfill()
                    .writes();
        }
    }

    /** COPY into a temporary table, and one upsert from there for a batch. */
    @Benchmark
    public String copy() throws SQLException, IOException {
        return load(new PostgresLoader(PostgresLoader.Mode.COPY), "");
    }

    /** One upsert for a batch, its columns as arrays. */
    @Benchmark
    public String unnest() throws SQLException, IOException {
        return load(new PostgresLoader(PostgresLoader.Mode.UNNEST), "");
    }

    /** JDBC batches that the driver makes into statements of many rows. */
    @Benchmark
    public String rewrittenBatches() throws SQLException, IOException {
        return load(batches(), "&reWriteBatchedInserts=true");
    }

    /** JDBC batches. */
    @Benchmark
    public String plainBatches() throws SQLException, IOException {
        return load(batches(), "");
    }

    /** Jdbi's batches. */
    @Benchmark
    public String jdbi() throws SQLException, IOException {
        return load(new JdbiLoader(LoaderSchema.POSTGRESQL), "");
    }

    private static Loader batches() {
        return new HandWrittenLoader(LoaderSchema.POSTGRESQL, HandWrittenLoader.Mode.SAME_GUARANTEE);
    }

    private String load(Loader loader, String options) throws SQLException, IOException {
        try (Connection connection = DriverManager.getConnection(url + options)) {
            LoaderSchema.POSTGRESQL.create(connection);
            loader.load(source(), connection, BATCH);
        }
        return url;
    }

    private MvStore source() {
        return Objects.requireNonNull(opened, "the trial fills the source first");
    }
}
