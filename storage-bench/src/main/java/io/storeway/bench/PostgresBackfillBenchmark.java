package io.storeway.bench;

import io.storeway.testkit.engine.Engines;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/** MVStore to PostgreSQL: a backfill by Storeway against five hand-written ways with the same guarantee. */
public class PostgresBackfillBenchmark extends BackfillTrial {

    @Override
    String emptyDatabase(Path folder) {
        return Engines.postgres().newDatabase();
    }

    /** COPY of a batch into a temporary table, and one upsert from there. */
    @Benchmark
    public String copy() throws SQLException, IOException {
        return load(new PostgresLoader(PostgresLoader.Mode.COPY), "");
    }

    /** One upsert for a batch, with an array for each column. */
    @Benchmark
    public String unnest() throws SQLException, IOException {
        return load(new PostgresLoader(PostgresLoader.Mode.UNNEST), "");
    }

    /** JDBC batches that the driver rewrites into statements with many rows. */
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
        return load(LoaderSchema.POSTGRESQL, loader, options);
    }
}
