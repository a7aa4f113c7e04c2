package io.storeway.bench;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MvStore;
import io.storeway.migrate.Migration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

/** MVStore to SQL, batches of 1,000: a backfill against a hand-written loop with the same guarantee, and a plain insert loop. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
public class BackfillBenchmark {

    private static final int BATCH = 1_000;

    /** How many records. */
    @Param("200000")
    public int records;

    /** Which engine. */
    @Param({"sqlite", "h2"})
    public String engine = "sqlite";

    private Path folder = Path.of("");
    private @Nullable MvStore opened;
    private int run;

    /** Fills the source once. */
    @Setup(Level.Trial)
    public void fill() throws IOException {
        folder = Files.createTempDirectory("storeway-bench");
        opened = MvStore.open(folder.resolve("source.mv"));
        Orders.fill(source(), records);
    }

    /** Each run gets a target of its own. */
    @Setup(Level.Iteration)
    public void next() {
        run++;
    }

    /** Deletes what was written. */
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        source().close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Storeway. */
    @Benchmark
    public long storeway() {
        try (Storage target = Storages.open(url("storeway"), Orders.CATALOG)) {
            return Migration.from(KvStorage.open(source(), Orders.CATALOG))
                    .to(target)
                    .batch(BATCH)
                    .build()
                    .backfill()
                    .writes();
        }
    }

    /** A hand-written loop with the same guarantee. */
    @Benchmark
    public int handWritten() throws SQLException, IOException {
        return load("same", new HandWrittenLoader(schema(), HandWrittenLoader.Mode.SAME_GUARANTEE));
    }

    /** The same loop with Jdbi. */
    @Benchmark
    public int jdbi() throws SQLException, IOException {
        return load("jdbi", new JdbiLoader(schema()));
    }

    /** A hand-written loop that inserts rows alone. */
    @Benchmark
    public int plainInsert() throws SQLException, IOException {
        return load("plain", new HandWrittenLoader(schema(), HandWrittenLoader.Mode.PLAIN_INSERT));
    }

    private int load(String name, Loader loader) throws SQLException, IOException {
        try (Connection connection = DriverManager.getConnection(url(name))) {
            if (schema() == LoaderSchema.SQLITE) {
                for (String pragma : List.of("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")) {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("PRAGMA " + pragma);
                    }
                }
            }
            schema().create(connection);
            loader.load(source(), connection, BATCH);
        }
        return run;
    }

    private LoaderSchema schema() {
        return engine.equals("sqlite") ? LoaderSchema.SQLITE : LoaderSchema.H2;
    }

    private MvStore source() {
        return Objects.requireNonNull(opened, "the trial fills the source first");
    }

    private String url(String name) {
        Path file = folder.resolve(name + run);
        return engine.equals("sqlite") ? "jdbc:sqlite:" + file + ".db" : "jdbc:h2:file:" + file + ";WRITE_DELAY=0";
    }
}
