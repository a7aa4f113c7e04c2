package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Json;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Version;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private final Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
    private Storage target;

    @BeforeEach
    void migrate() {
        Shop.fill(store);
        target = Storages.open("jdbc:sqlite:" + folder + "/data.db", Shop.CATALOG, CLOCK);
        migration(1_000).backfill();
    }

    @AfterEach
    void close() {
        target.close();
    }

    private Migration migration(int batch) {
        return Migration.from(source)
                .to(target)
                .batch(batch)
                .clock(CLOCK)
                .timer(new ManualTimer())
                .build();
    }

    private List<String> differences() {
        return migration(1_000).verify().entities().stream()
                .flatMap(entity -> entity.examples().stream())
                .map(difference -> difference.kind() + " " + difference.entity() + " " + difference.item() + " "
                        + difference.fields())
                .toList();
    }

    @Test
    void equalSidesAreReportedEqualWithFullCounts() {
        VerificationReport report = migration(7).verify();
        assertThat(report.equal()).isTrue();
        assertThat(report.entities()).allSatisfy(entity -> {
            assertThat(entity.sourceItems()).isEqualTo(entity.targetItems()).isPositive();
            assertThat(entity.sourcePartitions()).isEqualTo(entity.targetPartitions());
        });
    }

    @Test
    void aMissingAnExtraAndAChangedRecordAreEachNamed() {
        var books = target.repository(Shop.BOOKS);
        target.repository(Shop.SESSIONS).delete("s2");
        target.repository(Shop.SESSIONS).insert(new Shop.Session("new", "u1", null));
        Shop.Book book = books.find("b009").orElseThrow();
        books.update(new Shop.Book(book.isbn(), book.title() + " ", book.year(), book.extra()));
        assertThat(differences())
                .containsExactlyInAnyOrder(
                        "MISSING sessions s2 []", "EXTRA sessions new []", "VALUE books b009 [title]");
    }

    @Test
    void aDifferenceOfOneMillisecondIsFound() {
        Instant expiry = Shop.NOW.plusSeconds(62).plusMillis(1);
        target.repository(Shop.SESSIONS).update(new Shop.Session("s2", "u2", expiry));
        assertThat(differences()).containsExactly("EXPIRY sessions s2 [expiresAt]");
    }

    @Test
    void swappedOwnersWithEqualCountsAreFound() {
        var shelves = target.repository(Shop.SHELVES);
        shelves.delete("u1", "b007");
        shelves.insert(new Shop.Shelf("u2", "b007", 1));
        assertThat(differences()).contains("MISSING shelves u1:b007 []", "EXTRA shelves u2:b007 []");
    }

    @Test
    void aChangeInsideAJsonFieldIsFound() {
        var books = target.repository(Shop.BOOKS);
        Shop.Book book = books.find("b010").orElseThrow();
        books.update(new Shop.Book(book.isbn(), book.title(), book.year(), new Json.Obj(Map.of("shop", Json.NULL))));
        assertThat(differences()).containsExactly("VALUE books b010 [extra]");
    }

    @Test
    void aReorderedListIsFound() {
        var shelf = target.repository(Shop.SHELVES).partition("u6");
        List<Shop.Shelf> items = shelf.list();
        List<Shop.Shelf> reversed = new ArrayList<>(items);
        Collections.reverse(reversed);
        shelf.replace(reversed);
        assertThat(differences()).isNotEmpty().allMatch(line -> line.startsWith("VALUE shelves u6:"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 13, 5_000})
    void theResultDoesNotDependOnTheBatch(int batch) {
        target.repository(Shop.BOOKS).delete("b020");
        assertThat(migration(batch).verify().entities().stream()
                        .mapToLong(VerificationReport.Entity::differences)
                        .sum())
                .isGreaterThan(0)
                .isEqualTo(differences().size());
    }

    @Test
    void aTargetThatIsNewerThanTheSourceIsToldApart() {
        var books = target.repository(Shop.BOOKS);
        Shop.Book book = books.find("b009").orElseThrow();
        target.replica().transact(unit -> {
            unit.repository(Shop.BOOKS).update(new Shop.Book(book.isbn(), "Changed", book.year(), book.extra()));
            return unit.advance(Shop.BOOKS, List.of(Key.of("b009")), 7);
        });
        assertThat(differences()).containsExactly("VERSION books b009 [title]");
        assertThat(migration(1_000).backfill().entities().get(1).stale()).isEqualTo(1);
    }

    @Test
    void whatTheTargetDoesNotKeepOfBadItemsIsNamedByTheirFault() {
        target.replica().transact(unit -> {
            for (String user : List.of("u3", "u4")) {
                unit.advance(Shop.SHELVES, List.of(Key.of(user)), 7);
                unit.apply(
                        Shop.SHELVES,
                        List.of(new PartitionState(Key.of(user), new Version(8, 1), List.of(), List.of())));
            }
            return unit;
        });
        assertThat(differences().stream().map(line -> line.substring(0, line.indexOf(' '))))
                .contains("UNREADABLE", "NOT_TRANSFORMABLE", "CONSTRAINT", "MISSING");
        assertThat(differences())
                .as("each difference says in which partition it is")
                .contains("UNREADABLE shelves u4, residue of the whole value []")
                .allMatch(line -> line.matches("[A-Z_]+ shelves u[34].*"));
    }

    @Test
    void aSampleReportsWhatPartItIsAndFindsWhatLiesInIt() {
        target.repository(Shop.SESSIONS).delete("s2");
        int found = 0;
        long partitions = 0;
        for (int from = 0; from < VerifyOptions.SLOTS; from += 128) {
            VerificationReport report = migration(1_000).verify(VerifyOptions.FULL.withSlots(from, 128));
            assertThat(report.coverage()).isEqualTo(0.125);
            assertThat(report.full()).isFalse();
            found += report.equal() ? 0 : 1;
            partitions += report.entities().get(1).sourcePartitions();
        }
        assertThat(found).isEqualTo(1);
        assertThat(partitions).isEqualTo(60);
        assertThat(migration(1_000).verify().coverage()).isEqualTo(1);
    }

    @Test
    void aDifferenceThatPassesWhileItIsLookedAtIsNone() {
        ManualTimer timer = new ManualTimer();
        Shop.Session session = new Shop.Session("s2", "u2", Shop.NOW.plusSeconds(62));
        target.repository(Shop.SESSIONS).delete("s2");
        timer.whileWaiting(() -> target.repository(Shop.SESSIONS).save(session));
        VerificationReport report = Migration.from(source)
                .to(target)
                .clock(CLOCK)
                .timer(timer)
                .build()
                .verify();
        assertThat(report.equal()).isTrue();
        assertThat(report.entities().get(2).passing()).isEqualTo(1);
        assertThat(timer.waits()).isNotEmpty();
    }

    @Test
    void aPartitionThatGoesOnMovingIsNeitherEqualNorDifferent() {
        ManualTimer timer = new ManualTimer();
        var books = target.repository(Shop.BOOKS);
        Runnable write = () -> books.save(new Shop.Book("b001", "at " + timer.nanos(), null, null));
        write.run();
        timer.whileWaiting(write);
        VerificationReport report = Migration.from(source)
                .to(target)
                .clock(CLOCK)
                .timer(timer)
                .build()
                .verify();
        assertThat(report.equal()).isFalse();
        assertThat(report.entities().get(1).moving()).isEqualTo(1);
        assertThat(report.entities().get(1).differences()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100})
    void plantedDefectsAreAllFound(int defects) {
        SelfTestReport report = migration(1_000).selfTest(defects);
        assertThat(report.planted())
                .isEqualTo(Math.min(defects, report.planted()))
                .isPositive();
        assertThat(report.found()).isEqualTo(report.planted());
        assertThat(report.passed()).isTrue();
        assertThat(migration(1_000).verify().equal()).isTrue();
    }

    @Test
    void plantedDefectsAreFoundBesideWhatHasExpiredAndManyOtherDifferences() {
        Clock later = Clock.fixed(Shop.NOW.plusSeconds(66), ZoneOffset.UTC);
        SelfTestReport aged =
                Migration.from(source).to(target).clock(later).build().selfTest(100);
        assertThat(aged.planted()).isGreaterThan(50);
        assertThat(aged.found()).isEqualTo(aged.planted());
        for (int i = 0; i < 150; i++) {
            source.repository(Shop.BOOKS).insert(new Shop.Book("a%03d".formatted(i), "Missing", null, null));
        }
        SelfTestReport differing = migration(1_000).selfTest(100);
        assertThat(differing.found()).isEqualTo(differing.planted());
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> VerifyOptions.FULL.withSlots(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VerifyOptions.FULL.withSlots(1_024, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VerifyOptions.FULL.withLooks(0, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> migration(1).selfTest(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEmptyMigrationCompletesAndIsEqual() {
        try (Storage empty = KvStorage.open(new MemoryStore(), Shop.CATALOG, CLOCK);
                Storage other = KvStorage.open(new MemoryStore(), Shop.CATALOG, CLOCK)) {
            Migration migration = Migration.from(empty).to(other).clock(CLOCK).build();
            assertThat(migration.backfill().clean()).isTrue();
            assertThat(migration.verify().equal()).isTrue();
        }
    }
}
