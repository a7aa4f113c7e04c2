package io.storeway.bench;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MvStore;
import io.storeway.migrate.Migration;
import java.io.IOException;
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

/**
 * Copies an MVStore file into a new database, in batches of 1,000 records: by Storeway here, and by other ways in the subclasses.
 * Each benchmark measures one copy from the opening of the target on.
 */
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

    private @Nullable TemporaryFolder folder;
    private @Nullable MvStore opened;
    private String url = "";

    /** Gives the URL of an empty database of its own to each copy. */
    abstract String emptyDatabase(Path inFolder);

    /** Fills the source once. */
    @Setup(Level.Trial)
    public void fill() throws IOException {
        TemporaryFolder created = TemporaryFolder.create();
        folder = created;
        opened = MvStore.open(created.resolve("source.mv"));
        Orders.fill(source(), records);
    }

    /** Each copy gets a target of its own. */
    @Setup(Level.Iteration)
    public void next() {
        url = emptyDatabase(Objects.requireNonNull(folder).path());
    }

    /** Deletes what was written. */
    @TearDown(Level.Trial)
    public void delete() {
        source().close();
        Objects.requireNonNull(folder).close();
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

    /** Copies all records by a loader, to a database opened with further URL options. Returns the URL. */
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
