package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.spi.KeyValueStore.Write;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class MvStoreKillTest {

    private static final int THREADS = 4;

    @TempDir
    Path directory = Path.of("");

    /** Writes until it is killed: two keys in each commit, and a line on the output when the commit has returned. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            MvStore store = MvStore.open(Path.of(args[0]));
            AtomicInteger next = new AtomicInteger();
            for (int t = 0; t < THREADS; t++) {
                new Thread(() -> {
                            while (true) {
                                int n = next.incrementAndGet();
                                store.commit(
                                        List.of(),
                                        List.of(
                                                Write.put("a:" + n, new byte[200]),
                                                Write.put("b:" + n, new byte[200])));
                                synchronized (next) {
                                    System.out.println("ACK " + n);
                                    System.out.flush();
                                }
                            }
                        })
                        .start();
            }
        }
    }

    @Test
    void acknowledgedWritesSurviveAKill() throws IOException, InterruptedException {
        for (int round = 0; round < 3; round++) {
            Path file = directory.resolve("killed" + round + ".mv");
            List<Integer> acknowledged = writeAndKill(file, 1_500 + 700 * round);
            try (MvStore store = MvStore.open(file)) {
                assertThat(acknowledged)
                        .hasSizeGreaterThan(1_000)
                        .allMatch(n -> store.get("a:" + n) != null && store.get("b:" + n) != null);
                assertThat(store.list("a:", null, Integer.MAX_VALUE).entries())
                        .allMatch(entry -> store.get("b" + entry.key().substring(1)) != null);
            }
        }
    }

    private static List<Integer> writeAndKill(Path file, int acknowledgements)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Integer> acknowledged = new java.util.ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            while (line != null) {
                if (acknowledged.size() == acknowledgements) {
                    process.toHandle().destroyForcibly();
                }
                if (line.matches("ACK \\d+")) {
                    acknowledged.add(Integer.valueOf(line.substring(4)));
                }
                line = out.readLine();
            }
        } finally {
            process.toHandle().destroyForcibly();
        }
        assertThat(process.waitFor()).isNotZero();
        return acknowledged;
    }
}
