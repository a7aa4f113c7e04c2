package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Capability;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.Difference.Kind;
import io.storeway.migrate.repair.Explanation;
import io.storeway.migrate.repair.Repair;
import io.storeway.migrate.repair.RepairReport;
import io.storeway.migrate.repair.ResidueRetry;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.RoutingNotes;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepairTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);
    private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private final Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
    private final List<Storage> opened = new ArrayList<>();

    private Storage target(String uri) {
        Shop.fill(store);
        Storage target = Storages.open(uri.formatted(folder), Shop.CATALOG, CLOCK);
        opened.add(target);
        migration(target).backfill();
        return target;
    }

    @AfterEach
    void close() {
        opened.forEach(Storage::close);
    }

    private Migration migration(Storage target) {
        return Migration.from(source)
                .to(target)
                .clock(CLOCK)
                .timer(new ManualTimer())
                .build();
    }

    private Repair repair(Storage target) {
        return Repair.between(source, target, CLOCK);
    }

    private static void spoil(Storage target) {
        target.repository(Shop.SESSIONS).delete("s2");
        target.repository(Shop.SESSIONS).insert(new Shop.Session("new", "u1", null));
        if (target.capabilities().has(Capability.REFERENCES)) {
            target.repository(Shop.USERS).insert(new Shop.User("stranger"));
        }
        target.repository(Shop.SHELVES).insert(new Shop.Shelf("stranger", "b001", null));
        Shop.Book book = target.repository(Shop.BOOKS).find("b009").orElseThrow();
        target.repository(Shop.BOOKS).update(new Shop.Book(book.isbn(), "changed", book.year(), book.extra()));
        target.repository(Shop.BOOKS).insert(new Shop.Book("extra", "E", null, null));
        target.repository(Shop.SHELVES).insert(new Shop.Shelf("u6", "extra", null));
    }

    private static List<String> kinds(RepairReport report) {
        return report.entities().stream()
                .map(entity -> entity.entity() + " -" + entity.missing() + " +" + entity.extra() + " ~" + entity.value()
                        + ": " + entity.repaired() + " repaired, " + entity.left() + " left, " + entity.failed()
                        + " failed")
                .filter(line -> !line.contains("-0 +0 ~0"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:sqlite:%s/a.db", "jdbc:h2:file:%s/a", "mvstore:%s/a.mv", "memory:"})
    void everyDifferenceIsMendedAndTheSidesAreEqualAfterwards(String uri) {
        Storage target = target(uri);
        spoil(target);
        assertThat(migration(target).verify().equal()).isFalse();
        RepairReport found = repair(target).report();
        assertThat(found.equal()).isFalse();
        RepairReport mended = repair(target).run(ALL);
        assertThat(mended.equal()).as(kinds(mended).toString()).isTrue();
        assertThat(mended.entities().stream()
                        .mapToLong(RepairReport.Entity::repaired)
                        .sum())
                .isPositive();
        assertThat(migration(target).verify().equal()).isTrue();
        assertThat(kinds(repair(target).run(ALL))).isEmpty();
        assertThat(migration(target).backfill().writes()).isZero();
    }

    @Test
    void aReportWritesNothingAndNamesEachDifference() {
        Storage target = target("jdbc:sqlite:%s/a.db");
        spoil(target);
        RepairReport report = repair(target).report();
        assertThat(kinds(report))
                .containsExactlyInAnyOrder(
                        "books -0 +1 ~1: 0 repaired, 2 left, 0 failed",
                        "users -0 +1 ~0: 0 repaired, 1 left, 0 failed",
                        "shelves -0 +2 ~0: 0 repaired, 2 left, 0 failed",
                        "sessions -1 +1 ~0: 0 repaired, 2 left, 0 failed");
        assertThat(kinds(repair(target).report())).isEqualTo(kinds(report));
    }

    @Test
    void onlyWhatIsAskedForIsMended() {
        Storage target = target("jdbc:sqlite:%s/a.db");
        spoil(target);
        RepairReport missing = repair(target).run(EnumSet.of(Kind.MISSING));
        assertThat(kinds(missing)).contains("sessions -1 +1 ~0: 1 repaired, 1 left, 0 failed");
        assertThat(target.repository(Shop.SESSIONS).exists("s2")).isTrue();
        assertThat(target.repository(Shop.SESSIONS).exists("new")).isTrue();
        repair(target).run(EnumSet.of(Kind.VALUE));
        assertThat(target.repository(Shop.BOOKS).find("b009").orElseThrow().title())
                .isEqualTo("Title 9");
        assertThat(target.repository(Shop.BOOKS).exists("extra")).isTrue();
        repair(target).run(EnumSet.of(Kind.EXTRA));
        assertThat(target.repository(Shop.BOOKS).exists("extra")).isFalse();
        assertThat(target.repository(Shop.USERS).exists("stranger")).isFalse();
        assertThat(migration(target).verify().equal()).isTrue();
    }

    @Test
    void whatTheTargetHasNewerIsMendedToo() {
        Storage target = target("memory:");
        target.replica()
                .transact(unit ->
                        unit.advance(Shop.SESSIONS, List.of(io.storeway.Key.of("s2"), io.storeway.Key.of("s4")), 7));
        target.repository(Shop.SESSIONS).delete("s2");
        store.commit(List.of(), List.of(Write.delete("session:s4")));
        assertThat(kinds(repair(target).run(ALL))).containsExactly("sessions -1 +1 ~0: 2 repaired, 0 left, 0 failed");
        assertThat(migration(target).verify().equal()).isTrue();
    }

    @Test
    void aReadOnlyTargetAndARoutedMigrationUnderWayAreRefused() throws IOException {
        Path dump = Files.writeString(folder.resolve("dump.ndjson"), "");
        try (Storage readOnly = Storages.open("ndjson:" + dump, Shop.CATALOG, CLOCK)) {
            assertThatThrownBy(() -> repair(readOnly).run(ALL)).isInstanceOf(UnsupportedCapabilityException.class);
        }
        Storage target = target("jdbc:sqlite:%s/a.db");
        try (Storage old = Storages.open("mvstore:" + folder.resolve("old.mv"), Shop.CATALOG, CLOCK);
                RoutedStorage routed = RoutedStorage.between(old, target)
                        .named("shop")
                        .controlledBy(target)
                        .instance("a")
                        .open()) {
            assertThat(repair(target).run(ALL).equal()).isTrue();
            routed.control().advance("ann", "start");
            assertThat(RoutingNotes.of(target).underWay()).containsExactly("shop");
            assertThatThrownBy(() -> repair(target).run(ALL))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("shop");
            assertThat(repair(target).report().equal()).isTrue();
            assertThat(RoutingNotes.of(target).history())
                    .hasSize(1)
                    .first()
                    .satisfies(change -> assertThat(change.by()).isEqualTo("ann"));
        }
    }

    @Test
    void residueIsTriedAgainAfterTheSourceWasMended() {
        Storage target = target("jdbc:sqlite:%s/a.db");
        long before = count(target);
        store.commit(
                List.of(),
                List.of(
                        Shop.put("book:none", "{\"title\":\"Now there\"}"),
                        Shop.put("shelf:u4", "[{\"isbn\":\"b001\"}]")));
        migration(target).backfill();
        store.commit(List.of(), List.of(Shop.put("shelf:u5", "[]")));
        List<ResidueRetry.Result> results =
                ResidueRetry.between(source, target, CLOCK).run();
        assertThat(results).allSatisfy(result -> assertThat(result.after()).isLessThanOrEqualTo(result.before()));
        assertThat(count(target)).isLessThan(before);
        assertThat(target.repository(Shop.SHELVES).exists("u3", "none")).isTrue();
    }

    private static long count(Storage target) {
        long[] count = new long[1];
        MigrationTarget.of(target).residue(item -> count[0]++);
        return count[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:sqlite:%s/a.db", "mvstore:%s/a.mv"})
    void acceptedResidueIsNoLongerOpenUntilItChanges(String uri) {
        Storage target = target(uri);
        MigrationTarget left = MigrationTarget.of(target);
        long all = count(target);
        assertThat(all).isPositive();
        assertThat(left.acceptances()).isEmpty();
        assertThat(left.accept(item -> item.entity().equals("shelves"), "known dirt", "ann", CLOCK))
                .isPositive();
        assertThat(left.accept(item -> item.entity().equals("shelves"), "again", "bob", CLOCK))
                .isZero();
        List<ResidueItem> open = new ArrayList<>();
        left.openResidue(open::add);
        assertThat(open).noneMatch(item -> item.entity().equals("shelves"));
        assertThat(count(target)).isEqualTo(all);
        assertThat(left.acceptances()).allSatisfy(said -> {
            assertThat(said.by()).isEqualTo("ann");
            assertThat(said.reason()).isEqualTo("known dirt");
            assertThat(said.at()).isEqualTo(Shop.NOW);
        });
        store.commit(List.of(), List.of(Shop.put("shelf:u4", "other dirt")));
        migration(target).backfill();
        open.clear();
        left.openResidue(open::add);
        assertThat(open)
                .filteredOn(item -> item.entity().equals("shelves"))
                .singleElement()
                .satisfies(item -> {
                    assertThat(item.partition()).isEqualTo("u4");
                    assertThat(left.acceptance(item)).isEmpty();
                });
        assertThat(left.reopen("shelves", "u3")).isPositive();
        assertThatThrownBy(() -> left.accept(item -> true, " ", "ann", CLOCK))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anExplanationHoldsBothSidesOfAPartition() {
        Storage target = target("jdbc:sqlite:%s/a.db");
        target.repository(Shop.SHELVES).delete("u3", "b003");
        MigrationTarget.of(target).accept(item -> item.partition().equals("u3"), "known", "ann", CLOCK);
        Explanation found = Explanation.of(source, target, Shop.SHELVES, "u3", CLOCK);
        assertThat(found.source().items().size() + found.source().residue().size())
                .isEqualTo(
                        found.target().items().size() + found.target().residue().size() + 1);
        assertThat(found.differences())
                .singleElement()
                .satisfies(difference -> assertThat(difference.kind()).isEqualTo(Kind.MISSING));
        assertThat(found.acceptances()).hasSameSizeAs(found.target().residue()).isNotEmpty();
        assertThat(found.progress().status()).isEqualTo(RunStatus.DONE_WITH_RESIDUE);
        assertThat(found.marks()).isEmpty();
        Explanation none = Explanation.of(source, target, Shop.SHELVES, "nobody", CLOCK);
        assertThat(none.differences()).isEmpty();
        assertThat(none.source().items()).isEmpty();
    }
}
