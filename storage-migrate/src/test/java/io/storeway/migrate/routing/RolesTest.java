package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageClosedException;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.routing.MovesTest.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Instances that are opened wrongly: with other storages, in other roles, under other names, or after their end. */
class RolesTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Storage old = Storages.open("memory:", CATALOG);
    private final Storage control = Storages.open("memory:", CATALOG);

    private Storage sqlite(String name) {
        Storage storage = Storages.open("jdbc:sqlite:" + folder.resolve(name), CATALOG);
        opened.add(storage);
        return storage;
    }

    private static RoutedStorageBuilder between(Storage one, Storage other) {
        return RoutedStorage.between(one, other)
                .named("shop")
                .followers(0)
                .shadowComparisons(0)
                .stepwise(time -> {});
    }

    private RoutedStorage open(RoutedStorageBuilder builder) {
        RoutedStorage routed = builder.controlledBy(control).open();
        opened.add(0, routed);
        return routed;
    }

    private static void refused(RoutedStorageBuilder builder, String why) {
        assertThatThrownBy(builder::open).isInstanceOf(MigrationException.class).hasMessageContaining(why);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"OFF", "DUAL_WRITE", "READ_NEW", "LIVE", "COMPLETE"})
    void theTwoStoragesCantBeExchanged(Stage stage) {
        Storage fresh = sqlite("new.db");
        Moves.to(open(between(old, fresh)), stage);
        refused(
                between(fresh, old).controlledBy(control),
                "given as the old one (sqlite) is its new one; exchange the two");
        assertThatThrownBy(() -> between(fresh, old).controlledBy(control).control())
                .hasMessageContaining("exchange the two");
    }

    @Test
    void aStorageIsNotMovedToItself() {
        refused(between(old, old).controlledBy(control), "given as the new one (memory) is its old one");
        refused(
                between(sqlite("same.db"), sqlite("same.db")).named("other").controlledBy(control),
                "given as the new one (sqlite) is its old one");
    }

    @Test
    void anotherStorageDoesNotTakeThePlaceOfOneThatHasTakenPart() {
        Moves.to(open(between(old, sqlite("new.db"))), Stage.READ_NEW);
        refused(
                between(old, sqlite("empty.db")).controlledBy(control),
                "given as the new one (sqlite) has never taken part in it, and it is in READ_NEW");
    }

    @Test
    void instancesWithANewStorageOfTheirOwnEachDoNotLeaveOff() {
        Storage same = sqlite("same.db");
        RoutedStorage one = open(between(old, same).instance("one"));
        RoutedStorage another = open(between(old, sqlite("same.db")).instance("another"));
        RoutedStorage odd = open(between(old, sqlite("another.db")).instance("odd"));
        assertThatThrownBy(() -> Moves.to(one, another, Stage.DUAL_WRITE))
                .isInstanceOf(StageBlockedException.class)
                .hasMessageContaining("instance odd runs with another catalog or other storages")
                .hasMessageNotContaining("instance another");
        odd.close();
        Moves.to(one, another, Stage.DUAL_WRITE);
        refused(between(old, sqlite("third.db")).controlledBy(control), "has never taken part in it");
    }

    @Test
    void aForgottenControlStorageIsNotTakenForANewMigration() {
        Storage fresh = sqlite("new.db");
        Moves.to(open(between(old, fresh)), Stage.LIVE);
        refused(between(old, fresh), "whose record the control storage (memory) does not have");
    }

    @Test
    void aForgottenNameBeginsNoSecondMigrationOfTheSameTypes() {
        Storage fresh = sqlite("new.db");
        RoutedStorage shop = open(between(old, fresh));
        Moves.to(shop, Stage.DUAL_WRITE);
        refused(
                between(old, fresh).named("default").controlledBy(control),
                "moves entries in the migration shop, which is in DUAL_WRITE; join that one by its name");
        Moves.to(shop, Stage.COMPLETE);
        assertThat(open(between(fresh, old).named("back")).stage()).isEqualTo(Stage.OFF);
    }

    /** In COMPLETE it would write to one storage, while the other decides. */
    @Test
    void aMigrationThatIsOverIsNotOpenedBesideTheOneThatLeadsBack() {
        Storage fresh = sqlite("new.db");
        Moves.to(open(between(old, fresh)), Stage.COMPLETE);
        RoutedStorage back = open(between(fresh, old).named("back"));
        Moves.to(back, Stage.LIVE);
        refused(
                between(old, fresh).controlledBy(control),
                "moves entries in the migration back, which is in LIVE; join that one by its name");
        assertThat(between(old, fresh).controlledBy(control).control().status().stage())
                .isEqualTo(Stage.COMPLETE);
        Moves.to(back, Stage.COMPLETE);
        assertThat(open(between(old, fresh)).stage()).isEqualTo(Stage.COMPLETE);
    }

    @Test
    void ofTwoMigrationsOfTheSameTypesOneLeavesOff() {
        Storage fresh = sqlite("new.db");
        RoutedStorage shop = open(between(old, fresh));
        RoutedStorage other = open(between(old, sqlite("other.db")).named("other"));
        Moves.to(shop, Stage.DUAL_WRITE);
        String why = "moves entries in the migration shop, which is in DUAL_WRITE; join that one by its name";
        assertThatThrownBy(() -> Moves.to(other, Stage.DUAL_WRITE))
                .isInstanceOf(StageBlockedException.class)
                .hasMessageContaining(why);
        refused(between(old, sqlite("other.db")).named("other").controlledBy(control), why);
        shop.control().rollback("ann", "not yet");
        shop.routing().tick();
        Moves.to(other, Stage.DUAL_WRITE);
    }

    @Test
    void instancesOfTheSameNameHaveALeaseEach() {
        Storage fresh = sqlite("new.db");
        RoutedStorage first = open(between(old, fresh).instance("pod"));
        RoutedStorage second = open(between(old, fresh).instance("pod"));
        assertThat(first.control().status().instances()).hasSize(2);
        second.close();
        assertThat(first.control().status().instances()).hasSize(1);
    }

    @Test
    void aClosedInstanceRefusesWorkAndDoesNotJoinAgain() {
        RoutedStorage routed = open(between(old, sqlite("new.db")));
        Moves.to(routed, Stage.DUAL_WRITE);
        routed.close();
        assertThatThrownBy(() -> routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1)))
                .isInstanceOf(StorageClosedException.class);
        assertThatThrownBy(() -> routed.repository(MovesTest.ENTRIES).find("o", "n"))
                .isInstanceOf(StorageClosedException.class);
        assertThatThrownBy(() -> routed.transact(unit -> true)).isInstanceOf(StorageClosedException.class);
        assertThatThrownBy(() -> routed.replica().inventory()).isInstanceOf(StorageClosedException.class);
        assertThat(routed.control().status().instances()).isEmpty();
        assertThat(old.repository(MovesTest.ENTRIES).exists("o", "n")).isFalse();
    }
}
