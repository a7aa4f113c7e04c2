package io.storeway.testkit.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * The system calls by which a JVM of a test's own changes files, told and made to fail by {@code strace} of Linux. Only calls upon the
 * given files count, so a program that does the same meets nearly the same calls again. Immutable.
 *
 * <pre>{@code
 * SystemCalls calls = SystemCalls.upon(List.of(file), log);
 * calls.start(MyWriter.class).await();                    // nothing happens to it
 * for (SystemCalls.Call call : calls.told()) {
 *     calls.killAt(call).start(MyWriter.class).await();   // and now what is in the file?
 * }
 * }</pre>
 *
 * <p>Neither a kill nor an error is power loss: what the operating system has in its caches survives.
 */
public final class SystemCalls {

    private static final Set<String> SYNCS = Set.of("fsync", "fdatasync");
    private static final Set<String> TAKING_ROOM = Set.of("write", "pwrite64", "pwritev", "fallocate");
    private static final Set<String> OTHERS = Set.of("ftruncate", "rename", "unlink");

    /** A thread's call; when another thread's came between, its end has a line of its own, which begins otherwise. */
    private static final Pattern LINE = Pattern.compile("^(\\d+) +([a-z0-9]+)\\(");

    private final List<Path> files;
    private final Path log;
    private final List<String> faults;

    private SystemCalls(List<Path> files, Path log, List<String> faults) {
        this.files = files;
        this.log = log;
        this.faults = faults;
    }

    /** The n-th call of a name by one thread, and by any other that makes as many; the first is 1. */
    public record Call(String name, int n) {

        /** Whether it brings a file to the disk. */
        public boolean syncs() {
            return SYNCS.contains(name);
        }

        /** Whether it needs room on the disk. */
        public boolean takesRoom() {
            return TAKING_ROOM.contains(name);
        }
    }

    /**
     * Those upon files, which need not be there yet, told in a log.
     *
     * @throws TestAbortedException if this machine has no strace, or forbids it: the test is skipped
     */
    public static SystemCalls upon(List<Path> files, Path log) {
        requireStrace();
        return new SystemCalls(List.copyOf(files), log, List.of());
    }

    /** The process dies, as by {@code kill -9}, when it enters the call, which then has no effect. */
    public SystemCalls killAt(Call call) {
        return with(call.name() + ":signal=SIGKILL:when=" + call.n());
    }

    /** The call does nothing and answers that the disk is broken (EIO). */
    public SystemCalls breakAt(Call call) {
        return with(call.name() + ":error=EIO:when=" + call.n());
    }

    /** The call does nothing and answers that the disk is full (ENOSPC). */
    public SystemCalls fullAt(Call call) {
        return with(call.name() + ":error=ENOSPC:when=" + call.n());
    }

    /** The call does nothing and answers that the disk is full, and so do those of its name after it. */
    public SystemCalls fullFrom(Call call) {
        return with(call.name() + ":error=ENOSPC:when=" + call.n() + "+");
    }

    private SystemCalls with(String fault) {
        return new SystemCalls(files, log, List.of("-e", "inject=" + fault));
    }

    /** Starts the main class with arguments. */
    public JavaProcess start(Class<?> main, String... arguments) {
        return start(List.of(), main, arguments);
    }

    /** As {@link #start(Class, String...)} with options for the JVM. */
    public JavaProcess start(List<String> options, Class<?> main, String... arguments) {
        List<String> strace = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", log.toString()));
        strace.add("-e");
        strace.add("trace=" + String.join(",", SYNCS) + "," + String.join(",", TAKING_ROOM) + ","
                + String.join(",", OTHERS));
        strace.addAll(faults);
        files.forEach(file -> strace.addAll(List.of("-P", file.toString())));
        return JavaProcess.startUnder(strace, options, main, arguments);
    }

    /** The calls that the process made which was started last, once it has ended; in the order of their first times. */
    public List<Call> told() {
        Map<String, Integer> counts = new HashMap<>();
        Set<Call> calls = new LinkedHashSet<>();
        try (Stream<String> lines = Files.lines(log)) {
            lines.map(LINE::matcher)
                    .filter(Matcher::find)
                    .forEach(line -> calls.add(new Call(line.group(2), counts.merge(line.group(), 1, Integer::sum))));
        } catch (IOException e) {
            throw new UncheckedIOException("The log of strace can't be read", e);
        }
        return List.copyOf(calls);
    }

    private static void requireStrace() {
        try {
            int code = new ProcessBuilder("strace", "-f", "-qq", "-o", "/dev/null", "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new TestAbortedException("strace can't trace on this machine: it ends with " + code);
            }
        } catch (IOException e) {
            throw new TestAbortedException("this machine has no strace: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while strace was looked for", e);
        }
    }
}
