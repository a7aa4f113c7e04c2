package io.storeway.examples.bookstrack;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Storage;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.backup.Backup;
import io.storeway.kv.backup.OtherKeys;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.Migration;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.RunStatus;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The move itself: backup, dry run, interruption, and data that is not as it should be. */
class MigrationTest {

    @TempDir
    Path folder;

    private Stores stores;

    @BeforeEach
    void fillTheBlobs() {
        stores = Stores.open(folder, Clock.systemUTC());
        Samples.fill(stores.kv());
    }

    @AfterEach
    void close() {
        stores.close();
    }

    private Migration migration(Storage source) {
        return Migration.from(source).to(stores.sql()).batch(5).build();
    }

    private long books() {
        return stores.sql().repository(Book.BOOKS).all().allowScan().count();
    }

    @Test
    void aDryRunTellsEverythingAndWritesNothing() {
        stores.blobs().commit(List.of(), List.of(Write.put("feature:x", "1".getBytes(StandardCharsets.UTF_8))));
        MigrationPlan plan = migration(stores.kv()).plan();
        assertThat(plan.entities()).extracting(MigrationPlan.Entity::units).containsExactly(20L, 3L, 0L);
        assertThat(plan.uncovered())
                .singleElement()
                .satisfies(other -> assertThat(other.prefix()).isEqualTo("feature:"));
        assertThat(books()).isZero();
        assertThat(migration(stores.kv()).status())
                .extracting(EntityProgress::status)
                .containsOnly(RunStatus.NOT_STARTED);
    }

    @Test
    void anInterruptedRunGoesOnWhereItStopped() {
        AtomicInteger calls = new AtomicInteger();
        FaultPlan faults = FaultPlan.none().when(call -> calls.incrementAndGet() >= 4, Fault.FAIL_BEFORE);
        Storage failing = Faults.of(faults).in(stores.kv());
        Migration once = Migration.from(failing)
                .to(stores.sql())
                .batch(5)
                .retries(0, Duration.ofMillis(1))
                .build();
        assertThatThrownBy(once::backfill).isInstanceOf(StorageUnavailableException.class);
        long before = books();
        assertThat(before).isBetween(1L, 19L);
        BackfillReport resumed = migration(stores.kv()).backfill();
        assertThat(resumed.resumed()).isTrue();
        assertThat(resumed.writes()).isEqualTo(20 - before + 30);
        assertThat(migration(stores.kv()).verify().equal()).isTrue();
        assertThat(migration(stores.kv()).backfill().writes())
                .as("nothing has changed")
                .isZero();
    }

    @Test
    void malformedBlobsAreKeptWithTheirReasonAndStopNothing() {
        stores.blobs()
                .commit(
                        List.of(),
                        List.of(
                                Write.put("book:isbn:BAD_DATA", "not valid json".getBytes(StandardCharsets.UTF_8)),
                                Write.put(
                                        "book:isbn:NO_TITLE",
                                        "{\"isbn\":\"NO_TITLE\",\"authors\":[]}".getBytes(StandardCharsets.UTF_8)),
                                Write.put(
                                        "library:u7",
                                        "[{\"isbn\":\"nobody has it\",\"rating\":9}]"
                                                .getBytes(StandardCharsets.UTF_8))));
        Migration migration = migration(stores.kv());
        BackfillReport report = migration.backfill();
        assertThat(report.clean()).isFalse();
        assertThat(report.entities()).extracting(EntityProgress::written).containsExactly(20L, 30L, 0L);
        assertThat(report.entities()).extracting(EntityProgress::residue).containsExactly(2L, 1L, 0L);
        List<String> kept = new ArrayList<>();
        migration.residue(
                item -> kept.add(item.partition() + " " + item.residue().kind()));
        assertThat(kept).hasSize(3).anyMatch(line -> line.startsWith("BAD_DATA"));
        assertThat(migration.verify().equal()).isTrue();
    }

    @Test
    void aBackupGivesTheSameStoreAndADamagedOneIsRefused() throws Exception {
        Backup backup = Backup.write(stores.blobs(), folder.resolve("backup.ndjson"), entries -> {});
        assertThat(backup.entries()).isEqualTo(23);
        try (MemoryStore empty = new MemoryStore()) {
            assertThat(backup.restore(empty, OtherKeys.KEEP, entries -> {}).equal())
                    .isTrue();
            Storage restored = KvStorage.open(empty, Bookstrack.CATALOG);
            assertThat(Migration.from(stores.kv()).to(restored).build().verify().equal())
                    .isTrue();
        }
        Files.writeString(backup.file(), Files.readString(backup.file()).replace("Book 7", "Book 8"));
        assertThatThrownBy(() -> Backup.open(backup.file(), entries -> {})).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void theTablesGiveBackTheBlobsByteForByte() {
        stores.blobs()
                .commit(
                        List.of(),
                        List.of(Write.put(
                                "book:isbn:" + RunningService.ISBN,
                                ("{\"isbn\":\"" + RunningService.ISBN
                                                + "\",\"title\":\"T\",\"authors\":[],\"publishedDate\":\"1949\",\"shop\":{\"x\":[1.50,null]}}")
                                        .getBytes(StandardCharsets.UTF_8))));
        migration(stores.kv()).backfill();
        try (MemoryStore again = new MemoryStore()) {
            Storage back = KvStorage.open(again, Bookstrack.CATALOG);
            Migration.from(stores.sql()).to(back).build().backfill();
            assertThat(new String(
                            requireNonNull(again.get("book:isbn:" + RunningService.ISBN))
                                    .value(),
                            StandardCharsets.UTF_8))
                    .contains("\"shop\":{\"x\":[1.50,null]}")
                    .contains("\"publishedDate\":\"1949\"");
            assertThat(Migration.from(stores.kv()).to(back).build().verify().equal())
                    .isTrue();
        }
    }
}
