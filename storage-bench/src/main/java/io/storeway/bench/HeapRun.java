package io.storeway.bench;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MvStore;
import io.storeway.migrate.Migration;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/**
 * Shows that memory use doesn't grow with the number of records: a backfill and a comparison, to be run with a small heap such
 * as {@code -Xmx64m}. Prints how long both took, and the greatest use of the old generation, where a growing list would show.
 */
public final class HeapRun {

    private HeapRun() {}

    /** The argument is the number of records. */
    public static void main(String[] args) throws IOException {
        int records = Integer.parseInt(args[0]);
        try (TemporaryFolder folder = TemporaryFolder.create();
                MvStore store = MvStore.open(folder.resolve("source.mv"))) {
            Orders.fill(store, records);
            try (Storage source = KvStorage.open(store, Orders.CATALOG);
                    Storage target = Storages.open("jdbc:sqlite:" + folder.resolve("target.db"), Orders.CATALOG)) {
                Migration migration = Migration.from(source).to(target).build();
                long begun = System.nanoTime();
                long written = migration.backfill().writes();
                long copied = System.nanoTime();
                boolean equal = migration.verify().equal();
                long compared = System.nanoTime();
                System.out.printf(
                        "%,d records, %,d written in %,d s, compared in %,d s, equal: %s,"
                                + " max heap %d MiB, greatest use of the old generation %d MiB%n",
                        records,
                        written,
                        NANOSECONDS.toSeconds(copied - begun),
                        NANOSECONDS.toSeconds(compared - copied),
                        equal,
                        Runtime.getRuntime().maxMemory() >> 20,
                        greatestUse() >> 20);
            }
        }
    }

    private static long greatestUse() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .filter(pool -> pool.getName().contains("Old") || pool.getName().contains("Tenured"))
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
