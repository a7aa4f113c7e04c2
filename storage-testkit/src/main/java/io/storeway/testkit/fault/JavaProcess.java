package io.storeway.testkit.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A JVM that a test starts, kills and pauses. It runs a main class of the test's class path; its output is read line by line, its
 * error output goes to that of the test. Closing it kills it.
 *
 * <p>Process death is not power loss: what the operating system has in its caches survives.
 */
public final class JavaProcess implements AutoCloseable {

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    private JavaProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts the main class with arguments. */
    public static JavaProcess start(Class<?> main, String... arguments) {
        return start(List.of(), main, arguments);
    }

    /** As {@link #start(Class, String...)} with options for the JVM, for example {@code -Xmx64m}. */
    public static JavaProcess start(List<String> options, Class<?> main, String... arguments) {
        return startUnder(List.of(), options, main, arguments);
    }

    /** Starts the JVM as the child of a command that traces it. */
    static JavaProcess startUnder(List<String> watcher, List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(watcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        try {
            return new JavaProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException("A JVM can't be started", e);
        }
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                synchronized (this) {
                    lines.add(line);
                    notifyAll();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The output of the JVM can't be read", e);
        } finally {
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }
    }

    /** The lines that the JVM has written so far. */
    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /**
     * Waits until so many lines fulfil the predicate.
     *
     * @throws IllegalStateException if the JVM ends or the time is over before
     */
    public synchronized void awaitLines(Predicate<String> fits, long count, Duration atMost)
            throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (lines.stream().filter(fits).count() < count) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (ended || left <= 0) {
                throw new IllegalStateException("The JVM %s before it wrote the lines that were waited for; it wrote %s"
                        .formatted(ended ? "ended" : "took too long", lines));
            }
            wait(left);
        }
    }

    /** Kills the JVM, as {@code kill -9} does, waits until its output is read, and returns its exit code. */
    public int kill() throws InterruptedException {
        // Process.destroyForcibly would close the pipe and lose what the process had written.
        boolean asked = destroy();
        int code = await();
        return asked ? code : process.exitValue();
    }

    /** Pauses the JVM, as {@code kill -STOP} does: it answers nothing, but keeps its locks and connections. */
    public void pause() throws InterruptedException {
        signal("-STOP");
    }

    /** Ends the pause. */
    public void resume() throws InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws InterruptedException {
        try {
            int code = new ProcessBuilder("kill", signal, Long.toString(pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill " + signal + " failed with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("This platform has no command kill", e);
        }
    }

    /** Waits until the JVM has ended and its output is read, and returns its exit code. */
    public int await() throws InterruptedException {
        int code = process.waitFor();
        synchronized (this) {
            while (!ended) {
                wait();
            }
        }
        return code;
    }

    /** Kills the JVM if it still runs. */
    @Override
    public void close() {
        destroy();
    }

    /** Kills the JVM before the command that traces it, because it would survive that command's death. */
    private boolean destroy() {
        process.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
        return process.toHandle().destroyForcibly();
    }
}
