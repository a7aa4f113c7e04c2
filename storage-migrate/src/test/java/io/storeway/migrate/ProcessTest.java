package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.NdjsonWriter;
import io.storeway.testkit.RunNumber;
import io.storeway.testkit.fault.JavaProcess;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The migration of an application that starts, in processes of its own. */
class ProcessTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int KILLS = 6 * RunNumber.positive("storeway.effort", 1);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();

    @BeforeEach
    void dump() {
        Shop.fill(store);
        try (NdjsonWriter writer = NdjsonWriter.create(folder.resolve("dump.ndjson"))) {
            store.list("", null, 1_000).entries().forEach(writer::write);
            writer.finish();
        }
    }

    private JavaProcess start(long itemsPerSecond) {
        return start(itemsPerSecond, "once");
    }

    private JavaProcess start(long itemsPerSecond, String how) {
        return JavaProcess.start(
                MigratingProcess.class,
                folder.resolve("dump.ndjson").toString(),
                folder.resolve("data.db").toString(),
                Long.toString(itemsPerSecond),
                how);
    }

    private void requireWhole() {
        try (Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
                Storage target = Storages.open("jdbc:sqlite:" + folder.resolve("data.db"), Shop.CATALOG, CLOCK)) {
            Migration migration = Migration.from(source).to(target).clock(CLOCK).build();
            assertThat(migration.verify().equal()).isTrue();
            assertThat(migration.status())
                    .allSatisfy(
                            entity -> assertThat(entity.status()).isIn(RunStatus.DONE, RunStatus.DONE_WITH_RESIDUE));
            assertThat(migration.runOnce("v1")).isEmpty();
        }
    }

    @Test
    @Tag("slow")
    void ofProcessesThatStartAtOnceOneMakesTheRun() throws InterruptedException {
        List<JavaProcess> processes = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                processes.add(start(Long.MAX_VALUE));
            }
            List<String> ends = new ArrayList<>();
            for (JavaProcess process : processes) {
                assertThat(process.await()).isZero();
                ends.add(process.lines().get(process.lines().size() - 1));
            }
            assertThat(ends).containsExactlyInAnyOrder("made", "found", "found");
        } finally {
            processes.forEach(JavaProcess::close);
        }
        requireWhole();
    }

    @Test
    @Tag("slow")
    void whatAKilledProcessHasClaimedIsCopiedByThoseThatShareTheRun() throws InterruptedException {
        try (JavaProcess killed = start(20, "share");
                JavaProcess other = start(20, "share")) {
            killed.awaitLines("batch"::equals, 2, LONG);
            other.awaitLines("batch"::equals, 2, LONG);
            assertThat(killed.kill()).isNotZero();
            try (JavaProcess late = start(Long.MAX_VALUE, "share")) {
                assertThat(other.await()).isZero();
                assertThat(late.await()).isZero();
            }
        }
        requireWhole();
    }

    @Test
    @Tag("large")
    void aProcessThatIsKilledAgainAndAgainEndsAsOneThatWasNot() throws InterruptedException {
        int killed = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            try (JavaProcess process = start(20)) {
                process.awaitLines("batch"::equals, 1 + kill % 4, LONG);
                killed += process.kill() == 0 ? 0 : 1;
            }
        }
        assertThat(killed).isEqualTo(KILLS);
        try (JavaProcess process = start(Long.MAX_VALUE)) {
            assertThat(process.await()).isZero();
        }
        requireWhole();
    }
}
