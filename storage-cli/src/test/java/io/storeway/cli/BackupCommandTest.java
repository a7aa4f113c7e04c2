package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.kv.KeyValueStores;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCommandTest {

    private static final Instant EXPIRY = Instant.parse("2030-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private String filled(String uri) {
        try (KeyValueStore store = KeyValueStores.open(uri)) {
            for (int i = 0; i < 700; i++) {
                store.commit(
                        List.of(),
                        List.of(new Write(
                                "k" + i, ("v" + i).getBytes(StandardCharsets.UTF_8), "{\"n\":" + i + "}", EXPIRY)));
            }
        }
        return uri;
    }

    @Test
    void aBackupGoesFromOneKindOfStoreIntoAnother() {
        String from = filled("mvstore:" + folder.resolve("a.mv"));
        Path file = folder.resolve("a.ndjson.gz");
        Cli backup = Cli.run("backup", "--from", from, "--to", file);
        assertThat(backup.exit()).as(backup.err()).isZero();
        assertThat(backup.out()).contains("700 keys", "SHA-256");
        String to = "kv+jdbc:sqlite:" + folder.resolve("b.db");
        Cli restore = Cli.run("restore", "--from", file, "--to", to);
        assertThat(restore.exit()).as(restore.err()).isZero();
        assertThat(restore.out()).contains("700 written", "compared every key: equal");
        try (KeyValueStore store = KeyValueStores.open(to)) {
            assertThat(store.get("k7")).satisfies(entry -> {
                assertThat(entry.value()).asString(StandardCharsets.UTF_8).isEqualTo("v7");
                assertThat(entry.metadata()).isEqualTo("{\"n\":7}");
                assertThat(entry.expiresAt()).isEqualTo(EXPIRY);
            });
        }
    }

    @Test
    void otherKeysMakeADifferenceUntilTheyAreDeletedWithAYes() {
        String uri = filled("mvstore:" + folder.resolve("a.mv"));
        Path file = folder.resolve("a.json");
        assertThat(Cli.run("backup", "--from", uri, "--to", file).exit()).isZero();
        try (KeyValueStore store = KeyValueStores.open(uri)) {
            store.commit(List.of(), List.of(Write.put("x", new byte[0]), Write.delete("k1")));
        }
        Cli kept = Cli.run("restore", "--from", file, "--to", uri);
        assertThat(kept.exit()).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(kept.out()).contains("1 written", "the store also has 1 key that the backup lacks", "DIFFERENT");
        Cli unasked = Cli.run("restore", "--from", file, "--to", uri, "--delete-others");
        assertThat(unasked.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(unasked.err()).contains("--yes");
        Cli exact = Cli.run("restore", "--from", file, "--to", uri, "--delete-others", "--yes");
        assertThat(exact.exit()).as(exact.err()).isZero();
        assertThat(exact.out()).contains("1 other key deleted", "equal");
    }

    @Test
    void aDamagedBackupTouchesNothing() throws IOException {
        Path file = folder.resolve("a.ndjson.gz");
        assertThat(Cli.run("backup", "--from", filled("mvstore:" + folder.resolve("a.mv")), "--to", file)
                        .exit())
                .isZero();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        Path target = folder.resolve("new.mv");
        for (Cli run : List.of(
                Cli.run("restore", "--from", file, "--to", "mvstore:" + target),
                Cli.run("restore", "--from", file, "--to", "mvstore:" + target, "--without-checksum"))) {
            assertThat(run.exit()).isEqualTo(ExitCode.FAILED);
            assertThat(run.err()).contains("a.ndjson.gz", "get it again").doesNotContain("Exception");
        }
        assertThat(target).doesNotExist();
    }

    @Test
    void anImportComparesADumpWithTheChecksumBesideIt() throws IOException {
        Path file = folder.resolve("a.ndjson");
        assertThat(Cli.run("backup", "--from", filled("mvstore:" + folder.resolve("a.mv")), "--to", file)
                        .exit())
                .isZero();
        Path whole = folder.resolve("whole.mv");
        assertThat(Cli.run("import", "--from", "ndjson:" + file, "--to", "mvstore:" + whole)
                        .out())
                .contains("imported 700 keys");
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.subList(0, 699));
        Path target = folder.resolve("new.mv");
        Cli refused = Cli.run("import", "--from", "ndjson:" + file, "--to", "mvstore:" + target);
        assertThat(refused.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err())
                .contains("a.ndjson.sha256", "changed or cut off")
                .doesNotContain("Exception");
        assertThat(target).doesNotExist();
        Files.delete(folder.resolve("a.ndjson.sha256"));
        assertThat(Cli.run("import", "--from", "ndjson:" + file, "--to", "mvstore:" + target)
                        .out())
                .contains("imported 699 keys");
    }

    @Test
    void whatIsNoKeyValueStoreIsRefusedWithThoseThatAre() {
        Cli run = Cli.run("backup", "--from", "jdbc:sqlite:x.db", "--to", folder.resolve("a.json"));
        assertThat(run.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("mvstore:FILE", "kv+jdbc:sqlite:FILE");
    }
}
