package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.spi.Residue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackfillTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private final Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);

    @BeforeEach
    void fillSource() {
        Shop.fill(store);
    }

    static Stream<String> targets() {
        return Stream.of("memory:", "mvstore:%s/data.mv", "jdbc:sqlite:%s/data.db", "jdbc:h2:file:%s/data");
    }

    private Storage open(String uri) {
        return Storages.open(uri.formatted(folder), Shop.CATALOG, CLOCK);
    }

    private Migration migration(Storage from, Storage to, int batch) {
        return Migration.from(from)
                .to(to)
                .batch(batch)
                .withoutReadingAhead()
                .clock(CLOCK)
                .build();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void everyItemIsARowOrResidueAndBothSidesCompareEqual(String uri) {
        try (Storage target = open(uri)) {
            Migration migration = migration(source, target, 10);
            BackfillReport report = migration.backfill();
            assertThat(report.entities())
                    .allSatisfy(entity -> assertThat(entity.items())
                            .as(entity.entity())
                            .isEqualTo(entity.written()
                                    + entity.unchanged()
                                    + entity.stale()
                                    + entity.expired()
                                    + entity.residue()));
            assertThat(migration.verify().entities())
                    .allSatisfy(entity -> assertThat(entity.examples()).isEmpty());
            assertThat(migration.verify().equal()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aSecondRunWritesNothing(String uri) {
        try (Storage target = open(uri)) {
            List<EntityProgress> first =
                    migration(source, target, 10).backfill().entities();
            BackfillReport second = migration(source, target, 10).backfill();
            assertThat(second.writes()).isZero();
            assertThat(second.resumed()).isFalse();
            assertThat(second.entities())
                    .allSatisfy(entity -> assertThat(entity.written()).isZero());
            assertThat(second.entities().stream().map(EntityProgress::residue))
                    .isEqualTo(first.stream().map(EntityProgress::residue).toList());
            assertThat(migration(source, target, 10).status()).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aChangedPartitionIsCopiedAgainAndOthersAreNot(String uri) {
        try (Storage target = open(uri)) {
            migration(source, target, 10).backfill();
            store.commit(List.of(), List.of(Shop.put("book:b007", "{\"title\":\"Changed\"}")));
            assertThat(migration(source, target, 10).backfill().writes()).isEqualTo(1);
            assertThat(target.repository(Shop.BOOKS).find("b007"))
                    .contains(new Shop.Book("b007", "Changed", null, null));
            assertThat(migration(source, target, 10).verify().equal()).isTrue();
        }
    }

    @Test
    void residueNamesKeyPositionReasonAndKeepsThePayload() {
        try (Storage target = open("jdbc:sqlite:%s/data.db")) {
            Migration migration = migration(source, target, 1_000);
            migration.backfill();
            List<String> found = new ArrayList<>();
            migration.residue(item -> found.add(item.entity() + " " + item.partition() + " "
                    + item.residue().position() + " " + item.residue().kind() + " "
                    + item.residue().constraint() + " "
                    + new String(item.residue().payload(), StandardCharsets.UTF_8)));
            assertThat(found)
                    .containsExactlyInAnyOrder(
                            "users  20 UNIQUE users_pk \"u3\"",
                            "shelves dirty 0 REFERENCE shelves_user_id_fk {\"isbn\":\"b001\"}",
                            "shelves u3 0 NOT_NULL shelves_isbn_nn {\"isbn\":null,\"rating\":2}",
                            "shelves u3 2 UNIQUE shelves_pk {\"isbn\":\"b001\"}",
                            "shelves u3 3 REFERENCE shelves_isbn_fk {\"isbn\":\"none\"}",
                            "shelves u3 4 CHECK shelves_rating_ck {\"isbn\":\"b002\",\"rating\":9}",
                            "shelves u3 5 INVALID null 17",
                            "shelves u4 -1 INVALID null not JSON",
                            "shelves u5 -1 INVALID null {\"isbn\":\"b001\"}");
            assertThat(target.repository(Shop.SHELVES).partition("u3").list())
                    .containsExactly(new Shop.Shelf("u3", "b001", null), new Shop.Shelf("u3", "b003", 3));
        }
    }

    @Test
    void reasonsAreCountedByRule() {
        try (Storage target = open("jdbc:h2:file:%s/data")) {
            EntityProgress shelves = migration(source, target, 5).backfill().entities().stream()
                    .filter(entity -> entity.entity().equals("shelves"))
                    .findFirst()
                    .orElseThrow();
            assertThat(shelves.status()).isEqualTo(RunStatus.DONE_WITH_RESIDUE);
            assertThat(shelves.reasons())
                    .containsExactlyInAnyOrder(
                            new ResidueCount(Residue.Kind.REFERENCE, "shelves_user_id_fk", 1),
                            new ResidueCount(Residue.Kind.NOT_NULL, "shelves_isbn_nn", 1),
                            new ResidueCount(Residue.Kind.UNIQUE, "shelves_pk", 1),
                            new ResidueCount(Residue.Kind.REFERENCE, "shelves_isbn_fk", 1),
                            new ResidueCount(Residue.Kind.CHECK, "shelves_rating_ck", 1),
                            new ResidueCount(Residue.Kind.INVALID, null, 3));
        }
    }

    @Test
    void expiredRecordsAreCountedAndStayBehind() {
        try (Storage target = open("jdbc:sqlite:%s/data.db")) {
            EntityProgress sessions = migration(source, target, 3).backfill().entities().stream()
                    .filter(entity -> entity.entity().equals("sessions"))
                    .findFirst()
                    .orElseThrow();
            assertThat(sessions.expired()).isEqualTo(10);
            assertThat(sessions.written()).isEqualTo(10);
            assertThat(target.repository(Shop.SESSIONS).all().allowScan().count())
                    .isEqualTo(10);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void theWayBackRestoresEveryBlobWithItsDirt(String uri) {
        MemoryStore restored = new MemoryStore();
        try (Storage middle = open(uri);
                Storage back = KvStorage.open(restored, Shop.CATALOG, CLOCK)) {
            migration(source, middle, 10).backfill();
            Migration home = migration(middle, back, 10);
            home.backfill();
            assertThat(home.verify().equal()).isTrue();
        }
        var expected = Shop.content(store);
        expected.keySet().removeAll(List.of("last_trade", "book:isbn:1"));
        for (int i = 1; i < 20; i += 2) {
            expected.remove("session:s" + i);
        }
        assertThat(Shop.content(restored)).isEqualTo(expected);
    }

    @Test
    void theSystemsClockServesAsWell() {
        try (Storage target = open("jdbc:sqlite:%s/data.db")) {
            Migration migration = Migration.from(source).to(target).build();
            migration.backfill();
            assertThat(migration.verify().equal()).isTrue();
        }
    }

    @Test
    void thePlanNamesWhatIsNotCoveredAndWritesNothing() {
        try (Storage target = open("jdbc:sqlite:%s/data.db")) {
            MigrationPlan plan = migration(source, target, 10).plan();
            assertThat(plan.uncovered().stream().map(line -> line.prefix() + " " + line.keys()))
                    .containsExactlyInAnyOrder("last_trade 1", "book:isbn: 1");
            assertThat(plan.entities().stream().map(entity -> entity.entity() + " " + entity.units()))
                    .containsExactly("users 1", "books 60", "sessions 20", "shelves 21");
            assertThat(migration(source, target, 10).status())
                    .allSatisfy(entity -> assertThat(entity.status()).isEqualTo(RunStatus.NOT_STARTED));
        }
    }

    @Test
    void thePlanNamesMembersThatNoFieldTakes() {
        store.commit(List.of(), List.of(Shop.put("session:extra", "{\"userId\":\"u1\",\"device\":\"phone\"}")));
        try (Storage target = open("memory:")) {
            MigrationPlan plan = migration(source, target, 10).plan();
            assertThat(plan.entities().stream()
                            .flatMap(entity -> entity.notCarried().stream().map(line -> entity.entity() + ": " + line)))
                    .containsExactly(
                            "sessions: member device of 1 items has no field: it stays behind; a rest field takes it");
        }
    }

    @Test
    void anInterruptedRunWithAnotherPlanIsRefused() {
        try (Storage target = open("jdbc:sqlite:%s/data.db");
                Storage other = Storages.open("mvstore:" + folder + "/source.mv", Shop.CATALOG, CLOCK)) {
            CrashingStorage crashing = new CrashingStorage(source, target, 15);
            assertThatThrownBy(() ->
                            migration(crashing.source(), crashing.target(), 10).backfill())
                    .isInstanceOf(CrashingStorage.Crash.class);
            assertThatThrownBy(() -> migration(other, target, 10).backfill())
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("another");
            migration(other, target, 10).restart();
            assertThat(migration(other, target, 10).backfill().resumed()).isFalse();
        }
    }
}
