package io.storeway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * MVStore to SQLite and H2: a backfill by Storeway against hand-written loops with the same guarantee, by JDBC and by Jdbi, and
 * against a loop that only inserts rows.
 */
public class BackfillBenchmark extends BackfillTrial {

    /** The engine of the target. */
    @Param({"sqlite", "h2"})
    public String engine = "sqlite";

    private int run;

    @Override
    String emptyDatabase(Path folder) {
        Path file = folder.resolve("run" + run++);
        return engine.equals("sqlite") ? "jdbc:sqlite:" + file + ".db" : "jdbc:h2:file:" + file + ";WRITE_DELAY=0";
    }

    /** A hand-written JDBC loop with the same guarantee as Storeway's backfill. */
    @Benchmark
    public String handWritten() throws SQLException, IOException {
        return load(new HandWrittenLoader(schema(), HandWrittenLoader.Mode.SAME_GUARANTEE));
    }

    /** The same loop by Jdbi. */
    @Benchmark
    public String jdbi() throws SQLException, IOException {
        return load(new JdbiLoader(schema()));
    }

    /** A JDBC loop that only inserts rows: it can't be repeated and knows no versions. */
    @Benchmark
    public String plainInsert() throws SQLException, IOException {
        return load(new HandWrittenLoader(schema(), HandWrittenLoader.Mode.PLAIN_INSERT));
    }

    private String load(Loader loader) throws SQLException, IOException {
        String pragmasOfStoreway =
                schema() == LoaderSchema.SQLITE ? "?journal_mode=WAL&synchronous=FULL&foreign_keys=on" : "";
        return load(schema(), loader, pragmasOfStoreway);
    }

    private LoaderSchema schema() {
        return engine.equals("sqlite") ? LoaderSchema.SQLITE : LoaderSchema.H2;
    }
}
