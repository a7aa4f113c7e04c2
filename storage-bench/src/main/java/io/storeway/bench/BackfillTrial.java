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
import java.util.Comparator;
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

/** Copies of an MVStore file into a database of each run's own, in batches of 1,000: Storeway's way, and what others need. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
public abstract class BackfillTrial {

    private static final int BATCH = 1_000;

    /** How many records. */
    @Param("200000")
    public int records;

    private Path folder = Path.of("");
    private @Nullable MvStore opened;
    private String url = "";

    /** The URL of an empty database. */
    abstract String emptyDatabase(Path inFolder);

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
        url = emptyDatabase(folder);
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
        try (Storage target = Storages.open(url, Orders.CATALOG)) {
            return Migration.from(KvStorage.open(source(), Orders.CATALOG))
                    .to(target)
                    .batch(BATCH)
                    .build()
                    .backfill()
                    .writes();
        }
    }

    /** Copies everything by another way, with further options in the URL. */
    String load(LoaderSchema schema, Loader loader, String options) throws SQLException, IOException {
        try (Connection connection = DriverManager.getConnection(url + options)) {
            schema.create(connection);
            loader.load(source(), connection, BATCH);
        }
        return url;
    }

    private MvStore source() {
        return Objects.requireNonNull(opened, "the trial fills the source first");
    }
}
