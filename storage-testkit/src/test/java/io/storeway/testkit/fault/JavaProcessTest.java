package io.storeway.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class JavaProcessTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** Counts until it is killed, or up to its argument. */
    static final class Counting {
        private Counting() {}

        public static void main(String[] args) {
            int last = args.length == 0 ? Integer.MAX_VALUE : Integer.parseInt(args[0]);
            for (int i = 1; i <= last; i++) {
                System.out.println("ACK " + i);
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    @Test
    void aKilledProcessLosesNoLineThatItWrote() throws InterruptedException {
        try (JavaProcess process = JavaProcess.start(Counting.class)) {
            process.awaitLines(line -> line.startsWith("ACK"), 50, LONG);
            assertThat(process.kill()).as("exit code of a kill").isEqualTo(128 + 9);
            for (int i = 0; i < process.lines().size(); i++) {
                assertThat(process.lines().get(i)).isEqualTo("ACK " + (i + 1));
            }
        }
    }

    @Test
    void aPausedProcessGoesOnWhenItIsResumed() throws InterruptedException {
        try (JavaProcess process = JavaProcess.start(Counting.class)) {
            process.awaitLines(line -> line.startsWith("ACK"), 1, LONG);
            process.pause();
            process.pause();
            int before = process.lines().size();
            assertThatThrownBy(() -> process.awaitLines(line -> true, before + 200, Duration.ofMillis(600)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("took too long");
            process.resume();
            process.awaitLines(line -> true, before + 200, LONG);
        }
    }

    @Test
    void aProcessThatEndsGivesItsCode() throws InterruptedException {
        try (JavaProcess process = JavaProcess.start(Counting.class, "3")) {
            assertThat(process.await()).isZero();
            assertThat(process.lines()).containsExactly("ACK 1", "ACK 2", "ACK 3");
            assertThatThrownBy(() -> process.awaitLines(line -> true, 4, LONG))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ended before");
        }
    }

    @Test
    void aProcessWhoseSystemCallsAreWatchedIsKilledToo(@TempDir Path folder) throws InterruptedException {
        SystemCalls calls = SystemCalls.upon(List.of(folder.resolve("file")), folder.resolve("log"));
        try (JavaProcess process = calls.start(Counting.class)) {
            process.awaitLines(line -> line.startsWith("ACK"), 50, LONG);
            assertThat(assertTimeoutPreemptively(LONG, process::kill)).isEqualTo(128 + 9);
        }
    }
}
