package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class KillTest {

    private static final int THREADS = 4;

    @TempDir
    Path directory = Path.of("");

    /** Writes until it is killed: two keys in each commit, and a line on the output when the commit has returned. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            KeyValueStore store = DiskStore.valueOf(args[0]).open(Path.of(args[1]), Durability.valueOf(args[2]));
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

    @ParameterizedTest
    @CsvSource({"MVSTORE,COMMIT,2", "MVSTORE,SYNC,1", "ROCKSDB,COMMIT,1", "ROCKSDB,SYNC,1"})
    void acknowledgedWritesSurviveAKill(DiskStore kind, Durability level, int rounds)
            throws IOException, InterruptedException {
        for (int round = 0; round < rounds; round++) {
            Path path = directory.resolve("killed" + round);
            List<Integer> acknowledged = writeAndKill(kind, level, path, 1_500 + 700 * round);
            try (KeyValueStore store = kind.open(path, level)) {
                assertThat(acknowledged)
                        .hasSizeGreaterThan(1_000)
                        .allMatch(n -> store.get("a:" + n) != null && store.get("b:" + n) != null);
                List<Entry> whole = store.list("a:", null, Integer.MAX_VALUE).entries();
                assertThat(whole).allMatch(entry -> store.get("b" + entry.key().substring(1)) != null);
                long last = whole.stream().mapToLong(Entry::version).max().orElseThrow();
                store.commit(List.of(), List.of(Write.put("new", new byte[1])));
                assertThat(store.get("new"))
                        .satisfies(entry -> assertThat(entry.version()).isGreaterThan(last));
            }
        }
    }

    private static List<Integer> writeAndKill(DiskStore kind, Durability level, Path path, int acknowledgements)
            throws IOException, InterruptedException {
        Process process = DiskStore.child(
                        Child.class, System.getProperty("java.class.path"), kind.name(), path.toString(), level.name())
                .start();
        List<Integer> acknowledged = new ArrayList<>();
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
