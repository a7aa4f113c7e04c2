package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No call holds a carrier thread while it waits. Before JDK 24 every synchronized block of a driver or a pool does so. */
@EnabledForJreRange(min = JRE.JAVA_24, disabledReason = "before JDK 24 synchronized blocks of drivers and pools pin")
class VirtualThreadsTest {

    private static final int THREADS = 64;
    private static final int CALLS = 20;

    record Note(String user, String id, String text) {}

    private static final EntityType<Note> NOTES = EntityType.of(Note.class)
            .named("notes")
            .partitionedBy(Note::user)
            .identifiedBy(Note::id)
            .keyValue("notes:{user}", Blob.arrayOfObjects())
            .build();

    private interface Work {
        void run() throws Exception;
    }

    /** Parks while its class is being initialized, which holds the carrier on every JDK. */
    private static final class ParksWhenLoaded {
        static {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }

        static void load() {}
    }

    @TempDir
    Path folder;

    @Test
    void pinningIsSeen() throws Exception {
        assertThat(pinned(() -> inVirtualThreads(1, number -> ParksWhenLoaded.load())))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory:",
                "mvstore:FOLDER/a.mv",
                "kv+jdbc:sqlite:FOLDER/kv.db",
                "jdbc:sqlite:FOLDER/a.db",
                "jdbc:h2:file:FOLDER/a;WRITE_DELAY=0"
            })
    void readsWritesAndUnitsPinNothing(String uri) throws Exception {
        try (Storage storage = Storages.open(uri.replace("FOLDER", folder.toString()), Catalog.of(NOTES))) {
            use(storage, 0); // loads the classes, which pins
            assertThat(pinned(() -> inVirtualThreads(THREADS, number -> use(storage, number))))
                    .isEmpty();
            assertThat(storage.repository(NOTES).all().allowScan().count()).isEqualTo(THREADS * (CALLS + 1L));
        }
    }

    private static void use(Storage storage, int number) {
        Repository<Note> notes = storage.repository(NOTES);
        String user = "user " + number;
        for (int i = 0; i < CALLS; i++) {
            notes.save(new Note(user, number + "/" + i, "text"));
            assertThat(notes.find(user, number + "/" + i)).isPresent();
        }
        storage.transact(unit -> {
            unit.repository(NOTES).save(new Note(user, number + "/unit", "text"));
            return unit.repository(NOTES).partition(user).count();
        });
    }

    private interface Numbered {
        void run(int number);
    }

    private static void inVirtualThreads(int count, Numbered work) throws Exception {
        // By reflection: the tests are compiled for Java 17.
        ExecutorService threads = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                all.add(threads.submit(() -> work.run(number)));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a call failed", e.getCause());
        } finally {
            threads.shutdown();
        }
    }

    /** Without those that waited for a class that another thread was initializing: that happens once, also to classes of the JDK. */
    private List<RecordedEvent> pinned(Work work) throws Exception {
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.VirtualThreadPinned").withoutThreshold().withStackTrace();
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> !event.getString("pinnedReason").startsWith("Waited for initialization of "))
                .toList();
    }
}
