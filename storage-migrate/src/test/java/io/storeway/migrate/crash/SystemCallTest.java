package io.storeway.migrate.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.testkit.RunNumber;
import io.storeway.testkit.fault.JavaProcess;
import io.storeway.testkit.fault.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that writes to files dies at a system call, or is told that the disk is broken or full. What it had said to be done is
 * there, whole, and what it had said not to be done is not; of the two sides of a migration both say the same.
 */
@Tag("large")
class SystemCallTest {

    private static final int EFFORT = RunNumber.positive("storeway.effort", 1);
    private static final int KILLS = Math.max(2, EFFORT * 2 / 3);
    private static final int FAILURES = Math.max(1, EFFORT / 5);
    private static final int KILLED = 128 + 9;
    private static final Random RANDOM = new Random(RunNumber.of("storeway.seed", 1));

    /** Files of one engine, or of the two sides of a migration that writes to both. */
    enum Place {
        SQLITE("jdbc:sqlite:%s/data.db"),
        H2("jdbc:h2:file:%s/data"),
        MVSTORE("mvstore:%s/data.mv"),
        ROCKSDB("rocksdb:%s/data"),
        DUAL_WRITE("mvstore:%s/old.mv jdbc:sqlite:%s/new.db");

        private final String uris;

        Place(String uris) {
            this.uris = uris;
        }

        List<String> uris(Path folder) {
            return List.of(uris.replace("%s", folder.toString()).split(" ", 0));
        }
    }

    @TempDir
    Path directory;

    private Path folder;

    @BeforeEach
    void place() {
        folder = directory.resolve("files");
    }

    /** Learns which files there are, and how many calls, from a process that nothing happens to. */
    private SystemCalls learn(Place place) throws IOException, InterruptedException {
        begin(place);
        try (JavaProcess process =
                JavaProcess.start(WritingProcess.class, place.uris(folder).toArray(String[]::new))) {
            assertThat(process.await()).isZero();
        }
        List<Path> files = written().stream()
                .flatMap(file -> Stream.of(file, Path.of(file + "-wal"), Path.of(file + "-journal")))
                .toList();
        SystemCalls calls = SystemCalls.upon(files, directory.resolve("calls.log"));
        List<String> lines = run(place, calls);
        requireConsistent(place, lines);
        assertThat(lines).as("its output").hasSize(WritingProcess.UNITS + 1).contains(WritingProcess.END);
        return calls;
    }

    private List<Path> written() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("LOG"))
                    .toList();
        }
    }

    /** A folder with some units that are done, and a migration that has begun. */
    private void begin(Place place) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> old = Files.walk(folder)) {
                for (Path each : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        Files.createDirectory(folder);
        WritingProcess.open(place.uris(folder), storage -> {
            if (storage instanceof RoutedStorage routed) {
                routed.control().advance("test", "begin");
            }
            WritingProcess.writeBefore(storage);
        });
    }

    private List<String> run(Place place, SystemCalls calls, String... more) throws IOException, InterruptedException {
        begin(place);
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(place.uris(folder));
        try (JavaProcess process = calls.start(
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                WritingProcess.class,
                arguments.toArray(String[]::new))) {
            assertThat(process.await())
                    .as("exit code after %s", process.lines())
                    .isIn(0, KILLED);
            return process.lines();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoeverDiesAtASystemCallHasDoneWhatItSaid(Place place) throws IOException, InterruptedException {
        SystemCalls calls = learn(place);
        List<SystemCalls.Call> points = some(calls, KILLS, call -> true);
        int killed = 0;
        for (SystemCalls.Call call : points) {
            List<String> lines = run(place, calls.killAt(call));
            killed += lines.contains(WritingProcess.END) ? 0 : 1;
            requireConsistent(place, lines);
        }
        // Where threads share the work anew each time, none may make as many calls as one did before.
        assertThat(killed).as("of %d processes", points.size()).isGreaterThanOrEqualTo(points.size() / 2);
    }

    @ParameterizedTest
    @EnumSource
    void whatADiskThatFailsOnceHasNotTakenIsNotSaidToBeDone(Place place) throws IOException, InterruptedException {
        failOnce(place, SystemCalls.Call::syncs, SystemCalls::breakAt);
    }

    @ParameterizedTest
    @EnumSource
    void whenThereIsRoomAgainWorkGoesOnInTheSameProcess(Place place) throws IOException, InterruptedException {
        failOnce(place, SystemCalls.Call::takesRoom, SystemCalls::fullAt);
    }

    private void failOnce(
            Place place,
            Predicate<SystemCalls.Call> fit,
            BiFunction<SystemCalls, SystemCalls.Call, SystemCalls> failing)
            throws IOException, InterruptedException {
        SystemCalls calls = learn(place);
        for (SystemCalls.Call call : some(calls, FAILURES, fit)) {
            List<String> lines = run(place, failing.apply(calls, call));
            requireConsistent(place, lines);
            requireGoingOn(lines);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAFullDiskHasNotTakenIsNotSaidToBeDone(Place place) throws IOException, InterruptedException {
        SystemCalls calls = learn(place);
        for (SystemCalls.Call call : some(calls, FAILURES, SystemCalls.Call::takesRoom)) {
            requireConsistent(place, run(place, calls.fullFrom(call)));
        }
    }

    @Test
    void aProcessThatSaysDoneTooEarlyIsFound() throws IOException, InterruptedException {
        SystemCalls calls = learn(Place.SQLITE);
        List<SystemCalls.Call> points = some(calls, 10, call -> true);
        int found = 0;
        for (SystemCalls.Call call : points) {
            List<String> lines = run(Place.SQLITE, calls.killAt(call), WritingProcess.EARLY);
            try {
                requireConsistent(Place.SQLITE, lines);
            } catch (AssertionError e) {
                found++;
            }
        }
        assertThat(found).as("of %d processes", points.size()).isPositive();
    }

    /** So many of the calls, from all parts of the way. */
    private static List<SystemCalls.Call> some(SystemCalls calls, int wanted, Predicate<SystemCalls.Call> fit) {
        List<SystemCalls.Call> all = calls.recorded().stream().filter(fit).toList();
        int parts = Math.min(wanted, all.size());
        return IntStream.range(0, parts)
                .map(i -> RANDOM.nextInt(all.size() * i / parts, all.size() * (i + 1) / parts))
                .mapToObj(all::get)
                .toList();
    }

    private static void requireGoingOn(List<String> lines) {
        Account account = Account.of(lines);
        assertThat(account.refused() || account.wentOn()).as("%s", lines).isTrue();
    }

    private void requireConsistent(Place place, List<String> lines) {
        Account account = Account.of(lines);
        List<String> uris = place.uris(folder);
        WritingProcess.open(uris, storage -> {
            if (storage instanceof RoutedStorage routed) {
                assertThat(routed.control().repair("test", "mend").failed()).isZero();
            }
            storage.repository(WritingProcess.DONE).save(Account.AFTERWARDS);
        });
        for (String uri : uris) {
            WritingProcess.open(List.of(uri), account::require);
        }
    }
}
