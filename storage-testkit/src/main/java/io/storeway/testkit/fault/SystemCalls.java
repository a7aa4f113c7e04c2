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
 * Records the system calls by which a JVM changes given files, and makes one of them fail, by Linux's {@code strace}. Calls on
 * other files don't count, so a program that does the same again makes nearly the same calls. Immutable.
 *
 * <pre>{@code
 * SystemCalls calls = SystemCalls.upon(List.of(file), log);
 * calls.start(MyWriter.class).await();                    // without a fault
 * for (SystemCalls.Call call : calls.recorded()) {
 *     calls.killAt(call).start(MyWriter.class).await();   // what is in the file now?
 * }
 * }</pre>
 *
 * <p>Neither a kill nor an error is power loss: what the operating system has in its caches survives.
 */
public final class SystemCalls {

    private static final Set<String> SYNCS = Set.of("fsync", "fdatasync");
    private static final Set<String> TAKING_ROOM = Set.of("write", "pwrite64", "pwritev", "fallocate");
    private static final Set<String> OTHERS = Set.of("ftruncate", "rename", "unlink");

    /** The begin of a call. If another thread's call comes in between, the end of the call has a line of its own, which doesn't match. */
    private static final Pattern LINE = Pattern.compile("^(\\d+) +([a-z0-9]+)\\(");

    private final List<Path> files;
    private final Path log;
    private final List<String> faults;

    private SystemCalls(List<Path> files, Path log, List<String> faults) {
        this.files = files;
        this.log = log;
        this.faults = faults;
    }

    /** The n-th call with that name by a thread, counted from 1. It stands for the n-th call of every thread that makes so many. */
    public record Call(String name, int n) {

        /** Whether the call flushes a file to the disk. */
        public boolean syncs() {
            return SYNCS.contains(name);
        }

        /** Whether the call needs room on the disk. */
        public boolean takesRoom() {
            return TAKING_ROOM.contains(name);
        }
    }

    /**
     * The calls on files, which need not exist yet.
     *
     * @param log the file for the output of strace
     *
     * @throws TestAbortedException if this machine has no strace, or forbids it: the test is skipped
     */
    public static SystemCalls upon(List<Path> files, Path log) {
        requireStrace();
        return new SystemCalls(List.copyOf(files), log, List.of());
    }

    /** Kills the process, as {@code kill -9} does, when it enters the call, which then has no effect. */
    public SystemCalls killAt(Call call) {
        return with(call.name() + ":signal=SIGKILL:when=" + call.n());
    }

    /** Makes the call fail without effect, as on a broken disk (EIO). */
    public SystemCalls breakAt(Call call) {
        return with(call.name() + ":error=EIO:when=" + call.n());
    }

    /** Makes the call fail without effect, as on a full disk (ENOSPC). */
    public SystemCalls fullAt(Call call) {
        return with(call.name() + ":error=ENOSPC:when=" + call.n());
    }

    /** Makes the call and all later ones with its name fail without effect, as on a full disk (ENOSPC). */
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

    /** The calls of the process that was started last, after it has ended; in the order in which each was first made. */
    public List<Call> recorded() {
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
