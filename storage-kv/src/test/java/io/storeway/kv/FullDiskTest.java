package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.storeway.error.StorageException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process whose files may not grow beyond a limit, which fails its writes as a full disk does. */
@Tag("slow")
class FullDiskTest {

    /** More than the library that RocksDB unpacks. */
    private static final int BLOCKS = 50_000;

    private static final int MEGABYTES = 80;

    @TempDir
    Path folder;

    /** Writes megabytes until it fails, and says how that commit ends, the next call, a commit when there is room, and closing. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            KeyValueStore store = DiskStore.valueOf(args[0]).open(Path.of(args[1]), Durability.valueOf(args[2]));
            for (int i = 0; i < MEGABYTES; i++) {
                int number = i;
                String answer =
                        answer(() -> store.commit(List.of(), List.of(Write.put("k" + number, new byte[1 << 20]))));
                System.out.println("commit " + number + " " + answer);
                if (!answer.equals("done")) {
                    break;
                }
            }
            System.out.println("next " + answer(() -> store.get("k0")));
            makeRoom();
            System.out.println("room "
                    + answer(() -> store.commit(List.of(), List.of(Write.put("r", new byte[1 << 20])))));
            System.out.println("close " + answer(store::close));
            System.out.println("again " + answer(() -> store.get("k0")));
        }

        private static void makeRoom() throws IOException, InterruptedException {
            String pid = Long.toString(ProcessHandle.current().pid());
            int code = new ProcessBuilder("prlimit", "--pid", pid, "--fsize=unlimited")
                    .inheritIO()
                    .start()
                    .waitFor();
            System.out.println("limit " + code);
        }

        private static String answer(Runnable call) {
            try {
                call.run();
                return "done";
            } catch (StorageException e) {
                return e.getClass().getSimpleName();
            }
        }
    }

    private List<String> run(DiskStore kind, Path path, Durability level) throws IOException, InterruptedException {
        assumeThat(List.of(Path.of("/bin/sh"), Path.of("/usr/bin/prlimit")))
                .as("a shell and prlimit of util-linux")
                .allMatch(Files::exists);
        ProcessBuilder child = DiskStore.child(
                Child.class, System.getProperty("java.class.path"), kind.name(), path.toString(), level.name());
        List<String> limited =
                new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -S -f " + BLOCKS + "; exec \"$@\"", "sh"));
        limited.addAll(child.command());
        Process process = child.command(limited).start();
        String lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(lines).isZero();
        return lines.lines()
                .filter(line -> line.matches("(commit|next|room|close|again) .*"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void theCommitIsUnknownWorkGoesOnAndNothingAcknowledgedIsLost(DiskStore kind)
            throws IOException, InterruptedException {
        Path path = folder.resolve("full");
        List<String> lines = run(kind, path, Durability.COMMIT);
        int acknowledged = lines.size() - 5;
        assertThat(acknowledged).isPositive();
        assertThat(lines.subList(acknowledged, lines.size()))
                .containsExactly(
                        "commit " + acknowledged + " UnknownOutcomeException",
                        "next done",
                        "room done",
                        "close done",
                        "again StorageClosedException");
        try (KeyValueStore store = kind.open(path, Durability.COMMIT)) {
            for (int i = 0; i < acknowledged; i++) {
                assertThat(store.get("k" + i)).as("acknowledged commit %d", i).isNotNull();
            }
            assertThat(store.get("r"))
                    .as("what was written when there was room")
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingSaysThatAcknowledgedCommitsAreLost(DiskStore kind) throws IOException, InterruptedException {
        List<String> lines = run(kind, folder.resolve("full"), Durability.INTERVAL);
        assertThat(lines)
                .contains(
                        "next StorageUnavailableException",
                        "close StorageUnavailableException",
                        "again StorageClosedException");
    }
}
