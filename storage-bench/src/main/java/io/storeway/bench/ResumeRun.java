package io.storeway.bench;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.MvStore;
import io.storeway.migrate.Migration;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.RunLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures how soon an interrupted run continues: the time to open both storages and commit the first page.
 */
public final class ResumeRun {

    /** After this time a run stops. */
    private static final Duration RUN_TIME = Duration.ofSeconds(3);

    private ResumeRun() {}

    /** The argument is the number of records. */
    public static void main(String[] args) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            run(folder, Integer.parseInt(args[0]));
        }
    }

    private static void run(TemporaryFolder folder, int records) {
        try (MvStore store = MvStore.open(folder.resolve("source.mv"))) {
            Orders.fill(store, records);
        }
        String source = "mvstore:" + folder.resolve("source.mv");
        for (String target : new String[] {"jdbc:sqlite:" + folder.resolve("t.db"), "jdbc:h2:" + folder.resolve("t")}) {
            run(source, target, (phase, entity, partitions, items) -> {});
            long begun = System.nanoTime();
            AtomicLong first = new AtomicLong();
            long written = run(
                    source, target, (phase, entity, partitions, items) -> first.compareAndSet(0, System.nanoTime()));
            System.out.printf(
                    "%s: after %,d ms the first page of a resumed run was committed; it wrote %,d of %,d records%n",
                    target.substring(0, target.indexOf(':', 5)),
                    TimeUnit.NANOSECONDS.toMillis(first.get() - begun),
                    written,
                    records);
        }
    }

    private static long run(String from, String to, ProgressListener listener) {
        try (Storage source = Storages.open(from, Orders.CATALOG);
                Storage target = Storages.open(to, Orders.CATALOG)) {
            return Migration.from(source)
                    .to(target)
                    .limits(RunLimits.NONE.withMaxDuration(RUN_TIME))
                    .listener(listener)
                    .build()
                    .backfill()
                    .writes();
        }
    }
}
