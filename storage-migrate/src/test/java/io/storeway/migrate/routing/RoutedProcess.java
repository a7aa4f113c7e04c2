package io.storeway.migrate.routing;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageException;
import io.storeway.error.UnknownOutcomeException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** An instance of an application on its way from Redis to PostgreSQL, in a process of its own: it writes until it is killed. */
public final class RoutedProcess {

    static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    static final int KEYS = 12;
    static final String NAME = "n";
    static final Duration LEASE = Duration.ofSeconds(2);
    private static final int WRITERS = 2;

    private RoutedProcess() {}

    /** The description of an instance, or of an operator's tools. */
    static RoutedStorageBuilder between(Storage old, Storage fresh) {
        return RoutedStorage.between(old, fresh)
                .controlledBy(fresh)
                .lease(LEASE)
                .heartbeat(Duration.ofMillis(200))
                .park(Duration.ofSeconds(1))
                .followerTimeout(Duration.ofMillis(300))
                .switchWithin(Duration.ofSeconds(4))
                .shadowComparisons(0)
                .shadowSample(0);
    }

    static String owner(int key) {
        return "o" + key;
    }

    /** Takes the two storages, its name, and the first of the values that it writes, which nobody else does. */
    public static void main(String[] args) {
        RoutedStorage storage = between(Storages.open(args[0], CATALOG), Storages.open(args[1], CATALOG))
                .instance(args[2])
                .open();
        AtomicLong values = new AtomicLong(Long.parseLong(args[3]));
        for (int writer = 1; writer < WRITERS; writer++) {
            SplittableRandom random = new SplittableRandom(values.get() + writer);
            new Thread(() -> write(storage, values, random)).start();
        }
        write(storage, values, new SplittableRandom(values.get()));
    }

    private static void write(RoutedStorage storage, AtomicLong values, SplittableRandom random) {
        while (true) {
            String owner = owner(random.nextInt(KEYS));
            boolean deletes = random.nextInt(4) == 0;
            long value = values.incrementAndGet();
            tell("begin " + value + " " + owner + " " + (deletes ? "delete" : "save"));
            tell(outcome(storage, owner, value, deletes) + " " + value);
        }
    }

    private static String outcome(RoutedStorage storage, String owner, long value, boolean deletes) {
        try {
            if (deletes) {
                storage.repository(MovesTest.ENTRIES).delete(owner, NAME);
            } else {
                storage.repository(MovesTest.ENTRIES).save(new MovesTest.Entry(owner, NAME, value));
            }
            return "acknowledged";
        } catch (UnknownOutcomeException e) {
            return "unknown";
        } catch (StorageException e) {
            return "refused";
        }
    }

    /** A line with the time of the machine, which all its processes share, and an end by which a torn line is known. */
    private static void tell(String what) {
        System.out.println(what + " " + System.nanoTime() + " .");
    }
}
