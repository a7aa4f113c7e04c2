package io.storeway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** MVStore to SQL: a backfill against a hand-written loop with the same guarantee, and a plain insert loop. */
public class BackfillBenchmark extends BackfillTrial {

    /** Which engine. */
    @Param({"sqlite", "h2"})
    public String engine = "sqlite";

    private int run;

    @Override
    String emptyDatabase(Path folder) {
        Path file = folder.resolve("run" + run++);
        return engine.equals("sqlite") ? "jdbc:sqlite:" + file + ".db" : "jdbc:h2:file:" + file + ";WRITE_DELAY=0";
    }

    /** A hand-written loop with the same guarantee. */
    @Benchmark
    public String handWritten() throws SQLException, IOException {
        return load(new HandWrittenLoader(schema(), HandWrittenLoader.Mode.SAME_GUARANTEE));
    }

    /** The same loop with Jdbi. */
    @Benchmark
    public String jdbi() throws SQLException, IOException {
        return load(new JdbiLoader(schema()));
    }

    /** A hand-written loop that inserts rows alone. */
    @Benchmark
    public String plainInsert() throws SQLException, IOException {
        return load(new HandWrittenLoader(schema(), HandWrittenLoader.Mode.PLAIN_INSERT));
    }

    private String load(Loader loader) throws SQLException, IOException {
        String asStoreway = schema() == LoaderSchema.SQLITE ? "?journal_mode=WAL&synchronous=FULL&foreign_keys=on" : "";
        return load(schema(), loader, asStoreway);
    }

    private LoaderSchema schema() {
        return engine.equals("sqlite") ? LoaderSchema.SQLITE : LoaderSchema.H2;
    }
}
