package io.storeway.testkit.report;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.storeway.testkit.laws.Law;
import io.storeway.testkit.laws.Verdict;
import io.storeway.testkit.laws.Verdict.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The report on one storage: a summary in one line, a JSON file, and an HTML page with all storages that have a report in the folder.
 *
 * <p>Files go to {@code target/conformance}, or where {@code -Dstoreway.conformance.dir} says.
 */
public final class ConformanceReport {

    private static final String FOLDER = "storeway.conformance.dir";

    private final Suite suite;
    private final String backend;
    private final List<LawResult> results;

    ConformanceReport(Suite suite, String backend, List<LawResult> results) {
        this.suite = suite;
        this.backend = backend;
        this.results = results;
    }

    /**
     * The report on a storage.
     *
     * @throws IllegalArgumentException if a law of this version of the kit has no verdict, or two
     */
    public static ConformanceReport of(String backend, List<Verdict> verdicts) {
        return of(Suite.STORAGES, backend, verdicts);
    }

    /**
     * The report on a key-value store.
     *
     * @throws IllegalArgumentException if a law of this version of the kit has no verdict, or two
     */
    public static ConformanceReport ofStore(String backend, List<Verdict> verdicts) {
        return of(Suite.STORES, backend, verdicts);
    }

    private static ConformanceReport of(Suite suite, String backend, List<Verdict> verdicts) {
        List<String> laws = suite.laws().stream().map(Law::id).sorted().toList();
        List<String> judged =
                verdicts.stream().map(verdict -> verdict.law().id()).sorted().toList();
        if (!laws.equals(judged)) {
            throw new IllegalArgumentException("Each law needs one verdict. Laws: " + laws + "; verdicts: " + judged);
        }
        return new ConformanceReport(
                suite, backend, verdicts.stream().map(LawResult::of).toList());
    }

    Suite suite() {
        return suite;
    }

    String backend() {
        return backend;
    }

    List<LawResult> results() {
        return results;
    }

    /**
     * A summary in one line, for example {@code postgres: core 24/24, optional 9/9 declared, 0 declined, cases 12,345, faults 10
     * at 7 points, UNKNOWN 0}.
     */
    public String summary() {
        List<LawResult> declined = matching(result -> result.status() == Status.DECLINED);
        String reasons = declined.isEmpty()
                ? ""
                : declined.stream()
                        .map(result -> result.reason().split(":", 2)[0])
                        .distinct()
                        .collect(Collectors.joining(", ", " (", ")"));
        return String.format(
                Locale.ROOT,
                "%s: core %s, optional %s declared, %d declined%s, cases %,d, faults %,d at %d points, UNKNOWN %d",
                backend,
                part(result -> result.core() && result.status() != Status.DECLINED),
                part(result -> !result.core() && result.status() != Status.DECLINED),
                declined.size(),
                reasons,
                results.stream().mapToLong(LawResult::cases).sum(),
                results.stream()
                        .flatMap(result -> result.faults().values().stream())
                        .mapToLong(Long::longValue)
                        .sum(),
                results.stream()
                        .flatMap(result -> result.faults().keySet().stream())
                        .distinct()
                        .count(),
                matching(result -> result.status() == Status.UNKNOWN).size());
    }

    private String part(Predicate<LawResult> meant) {
        return matching(meant.and(result -> result.status() == Status.PASSED)).size() + "/"
                + matching(meant).size();
    }

    List<LawResult> matching(Predicate<LawResult> meant) {
        return results.stream().filter(meant).toList();
    }

    /** Writes the JSON file and the page, and prints the summary. Other processes may write to the same folder at the same time. */
    public void write() {
        Path folder = Path.of(System.getProperty(FOLDER, "target/conformance"));
        try {
            Files.createDirectories(folder);
            synchronized (ConformanceReport.class) {
                try (FileChannel lock = FileChannel.open(folder.resolve(".lock"), CREATE, WRITE)) {
                    lock.lock();
                    Files.writeString(folder.resolve(fileName() + ".json"), ReportJson.write(this));
                    Files.writeString(folder.resolve("index.html"), ReportPage.of(ReportJson.readAll(folder)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The conformance report can't be written to " + folder, e);
        }
        System.out.println(summary());
    }

    private String fileName() {
        return suite.prefix() + backend.replaceAll("[^A-Za-z0-9.-]+", "-");
    }
}
