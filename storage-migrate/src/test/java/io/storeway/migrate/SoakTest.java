package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.MvStore;
import io.storeway.kv.cache.CachePolicy;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.sql.SqlStorage;
import io.storeway.testkit.RunNumber;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes and reads for an hour (the property storeway.soak, in seconds) through a cache in front of a routed pair that writes to
 * both sides, with backfills and comparisons: heap, threads, open files and connections stay where they are.
 */
@Tag("large")
class SoakTest {

    private static final int WRITERS = 4;
    private static final int KEYS = 500;
    private static final int SAMPLES = 40;
    private static final long MEGABYTE = 1 << 20;

    record Note(String user, String id, String text) {}

    private static final EntityType<Note> NOTES = EntityType.of(Note.class)
            .named("notes")
            .partitionedBy(Note::user)
            .identifiedBy(Note::id)
            .keyValue("notes:{user}", Blob.arrayOfObjects())
            .build();

    private record Sample(long heap, long threads, long files, long connections) {

        static Sample of(HikariDataSource pool) {
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            Runtime runtime = Runtime.getRuntime();
            long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                    ? unix.getOpenFileDescriptorCount()
                    : 0;
            return new Sample(
                    runtime.totalMemory() - runtime.freeMemory(),
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    files,
                    pool.getHikariPoolMXBean().getTotalConnections());
        }
    }

    @TempDir
    Path folder;

    @Test
    void nothingGrows() throws Exception {
        long seconds = RunNumber.positive("storeway.soak", 120);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + folder.resolve("fresh.db") + "?journal_mode=WAL&busy_timeout=10000");
        config.setMaximumPoolSize(WRITERS + 4);
        AtomicLong calls = new AtomicLong();
        List<Sample> samples = new ArrayList<>();
        try (HikariDataSource pool = new HikariDataSource(config);
                Storage old = KvStorage.open(MvStore.open(folder.resolve("old.mv")), Catalog.of(NOTES));
                Storage fresh = SqlStorage.open(pool, Catalog.of(NOTES));
                RoutedStorage routed = RoutedStorage.between(old, fresh)
                        .named("soak")
                        .controlledBy(fresh)
                        .instance("one")
                        .open();
                CachedStorage cached = CachedStorage.over(routed, new MemoryStore())
                        .cache(NOTES, CachePolicy.lasting(Duration.ofMinutes(5)))
                        .near(100, Duration.ofSeconds(5))
                        .open()) {
            routed.control().advance("soak", "start");
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int seed = i;
                running.add(writers.submit(() -> write(cached, new Random(seed), end, calls)));
            }
            long next = System.nanoTime();
            while (System.nanoTime() < end) {
                routed.control().backfill("soak", "copy");
                if (System.nanoTime() >= next) {
                    samples.add(Sample.of(pool));
                    next += Duration.ofSeconds(seconds).toNanos() / SAMPLES;
                }
            }
            for (Future<?> each : running) {
                each.get();
            }
            writers.shutdown();
            assertThat(pool.getHikariPoolMXBean().getActiveConnections())
                    .as("connections that were not given back")
                    .isZero();
        }
        System.out.println("soak: " + calls + " calls in " + seconds + " s; first " + samples.get(samples.size() / 4)
                + ", last " + samples.get(samples.size() - 1));
        assertThat(calls.get()).isGreaterThan(seconds * 10);
        assertThat(samples).hasSizeGreaterThanOrEqualTo(SAMPLES / 2);
        flat("bytes of heap", Sample::heap, samples, 16 * MEGABYTE);
        flat("threads", Sample::threads, samples, 2);
        flat("open files", Sample::files, samples, 4);
        flat("connections", Sample::connections, samples, 2);
    }

    private static void write(Storage storage, Random random, long end, AtomicLong calls) {
        Repository<Note> notes = storage.repository(NOTES);
        while (System.nanoTime() < end) {
            int key = random.nextInt(KEYS);
            String user = "user " + key % 50;
            switch (random.nextInt(4)) {
                case 0 -> notes.save(new Note(user, "" + key, "text " + random.nextInt()));
                case 1 -> notes.delete(user, "" + key);
                case 2 -> assertThat(notes.partition(user).list()).hasSizeLessThanOrEqualTo(KEYS / 50);
                default -> notes.find(user, "" + key);
            }
            calls.incrementAndGet();
        }
    }

    /** Compares the second quarter, when everything is warm, with the last one. */
    private static void flat(String what, ToLongFunction<Sample> figure, List<Sample> samples, long slack) {
        int quarter = samples.size() / 4;
        double early = average(samples.subList(quarter, 2 * quarter), figure);
        double late = average(samples.subList(samples.size() - quarter, samples.size()), figure);
        assertThat(late).as("%s, %s at first", what, early).isLessThanOrEqualTo(early * 1.1 + slack);
    }

    private static double average(List<Sample> samples, ToLongFunction<Sample> figure) {
        return samples.stream().mapToLong(figure).average().orElseThrow();
    }
}
