package io.storeway.migrate.crash;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.migrate.routing.RoutedStorage;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** An application that writes to a storage, and tells the outcome of each unit of work once it is known. */
final class WritingProcess {

    static final int WRITERS = 4;
    static final int UNITS = 12 * WRITERS;
    /** A unit takes away what this many before it added, on the same thread. */
    static final int LATER = 2 * WRITERS;

    /** How a process begins to tell that the storage can't be opened. */
    static final String REFUSED = "The storage refuses:";

    /** The last line of a process that is not killed. */
    static final String END = "end";

    /** Makes a process say that a unit is done before it is. */
    static final String EARLY = "early";

    /** What has become of a unit of work. */
    enum Outcome {
        DONE,
        NOT_DONE,
        UNKNOWN
    }

    record Note(String user, String id, String text) {

        /** Two notes of the unit, in two partitions. */
        static List<Note> of(int unit) {
            return List.of(
                    new Note("odd " + Math.floorMod(unit, 7), "a" + unit, ("text of " + unit + " ").repeat(20)),
                    new Note("even " + Math.floorMod(unit, 5), "b" + unit, ("other text of " + unit + " ").repeat(20)));
        }
    }

    /** That a unit has been done. */
    record Done(int unit) {}

    static final EntityType<Note> NOTES = EntityType.of(Note.class)
            .named("notes")
            .partitionedBy(Note::user)
            .identifiedBy(Note::id)
            .keyValue("notes:{user}", Blob.arrayOfObjects())
            .build();

    static final EntityType<Done> DONE = EntityType.of(Done.class)
            .named("done")
            .partitionedBy(Done::unit)
            .keyValue("done:{unit}", Blob.object())
            .build();

    static final Catalog CATALOG = Catalog.of(NOTES, DONE);

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(4);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final AtomicLong FIRST_FAILURE = new AtomicLong();

    private WritingProcess() {}

    /** Takes the URI of a storage, or of the two sides of a migration; before it {@link #EARLY}, to do it wrongly. */
    public static void main(String[] args) {
        boolean early = args[0].equals(EARLY);
        try {
            open(List.of(args).subList(early ? 1 : 0, args.length), storage -> {
                ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
                List<Future<?>> running = IntStream.range(0, WRITERS)
                        .<Future<?>>mapToObj(writer -> writers.submit(() -> writeAll(storage, writer, early)))
                        .toList();
                running.forEach(WritingProcess::await);
                writers.shutdown();
            });
        } catch (StorageException e) {
            System.out.println(REFUSED + " " + e.getMessage());
        }
        System.out.println(END);
    }

    /** Opens one storage, or a routed one of two. */
    static void open(List<String> uris, Consumer<Storage> work) {
        try (Storage first = Storages.open(uris.get(0), CATALOG)) {
            if (uris.size() == 1) {
                work.accept(first);
                return;
            }
            try (Storage second = Storages.open(uris.get(1), CATALOG);
                    Storage both = RoutedStorage.between(first, second)
                            .controlledBy(second)
                            .open()) {
                work.accept(both);
            }
        }
    }

    /** Whether the first failure is not long ago. */
    private static boolean patient() {
        FIRST_FAILURE.compareAndSet(0, System.nanoTime());
        return System.nanoTime() - FIRST_FAILURE.get() < PATIENCE;
    }

    private static void await(Future<?> writer) {
        try {
            writer.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("A writer failed in a way that a storage must not", e);
        }
    }

    /** Does the units that later ones begin by taking away, so that the files have been closed in order. */
    static void writeBefore(Storage storage) {
        for (int unit = -LATER; unit < 0; unit++) {
            if (write(storage, unit) != Outcome.DONE) {
                throw new IllegalStateException("Unit " + unit + " was not done");
            }
        }
    }

    private static void writeAll(Storage storage, int writer, boolean early) {
        for (int unit = writer; unit < UNITS; unit += WRITERS) {
            if (early) {
                System.out.println(unit + " " + Outcome.DONE);
            }
            Outcome outcome = write(storage, unit);
            while (outcome == Outcome.NOT_DONE && patient()) {
                LockSupport.parkNanos(PAUSE);
                outcome = write(storage, unit);
            }
            if (!early) {
                System.out.println(unit + " " + outcome);
            }
        }
    }

    /** Adds two notes, and takes away those of an earlier unit. */
    private static Outcome write(Storage storage, int unit) {
        try {
            storage.transact(work -> {
                Repository<Note> notes = work.repository(NOTES);
                notes.saveAll(Note.of(unit));
                Note.of(unit - LATER).forEach(old -> notes.delete(old.user(), old.id()));
                work.repository(DONE).save(new Done(unit));
                return work;
            });
            return Outcome.DONE;
        } catch (UnknownOutcomeException e) {
            return Outcome.UNKNOWN;
        } catch (StorageException e) {
            return Outcome.NOT_DONE;
        }
    }
}
