package io.storeway.migrate.routing;

import static io.storeway.FieldRef.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.EntityTypeBuilder;
import io.storeway.FieldType;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A release of the application that knows a field and a type more than the one that runs beside it. */
class MixedReleasesTest {

    private static final EntityType<Row> SEATS = seats().build();
    private static final EntityType<Row> SEATS_WITH_MEALS =
            seats().field("meal", FieldType.TEXT).nullable(named("meal")).build();
    private static final EntityType<Row> MENUS = EntityType.ofRows("menus")
            .field("id", FieldType.TEXT)
            .identifiedBy(named("id"))
            .build();

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final AtomicReference<String> out = new AtomicReference<>("");
    private final List<AutoCloseable> opened = new ArrayList<>();

    private static EntityTypeBuilder<Row> seats() {
        return EntityType.ofRows("seats")
                .field("id", FieldType.TEXT)
                .field("row", FieldType.INTEGER)
                .identifiedBy(named("id"));
    }

    private Storage storage(String kind, String name, Catalog catalog) {
        Storage storage = Storages.open(kind + folder.resolve(name), catalog, clock);
        opened.add(storage);
        return Interposed.storage(storage, call -> {
            if (name.equals(out.get())) {
                throw new StorageUnavailableException("planned", ErrorContext.of(call.verb()), null);
            }
            return call.proceed();
        });
    }

    private Storage side(Side side, EntityType<?>... types) {
        return side == Side.OLD
                ? storage("kv+jdbc:sqlite:", "old", Catalog.of(types))
                : storage("jdbc:sqlite:", "new", Catalog.of(types));
    }

    private RoutedStorage release(String name, EntityType<?>... types) {
        RoutedStorage routed = RoutedStorage.between(side(Side.OLD, types), side(Side.NEW, types))
                .controlledBy(storage("jdbc:sqlite:", "control", Catalog.of()))
                .instance(name)
                .clock(clock)
                .followers(0)
                .shadowComparisons(0)
                .shadowSample(0)
                .stepwise(clock::advance)
                .open();
        opened.add(0, routed);
        return routed;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private static Row seat(String id, int row, String meal) {
        return Row.of(SEATS_WITH_MEALS, id, row, meal);
    }

    /** A write of the release that the follower does not get. */
    private void unheard(RoutedStorage by, EntityType<Row> type, Row record) {
        out.set(Stages.authority(by.stage()).orElseThrow() == Side.OLD ? "new" : "old");
        by.repository(type).save(record);
        out.set("");
        clock.advance(Duration.ofSeconds(2));
    }

    private List<Row> followed(RoutedStorage by) {
        return side(Stages.authority(by.stage()).orElseThrow().other(), SEATS_WITH_MEALS)
                .repository(SEATS_WITH_MEALS)
                .all()
                .allowScan()
                .list();
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"DUAL_WRITE", "SHADOW", "READ_NEW", "LIVE", "RAMP_DOWN"})
    void theOlderOneTakesNoMarkAwayOfWhatItDoesNotKnow(Stage stage) {
        RoutedStorage newer = release("newer", SEATS_WITH_MEALS);
        newer.repository(SEATS_WITH_MEALS).save(seat("1", 0, "first"));
        Moves.to(newer, stage);
        RoutedStorage older = release("older", SEATS);
        newer.routing().tick();
        unheard(newer, SEATS_WITH_MEALS, seat("1", 1, "fish"));
        older.routing().tick();
        older.repository(SEATS).save(Row.of(SEATS, "1", 2));
        older.routing().tick();
        assertThat(newer.control().status().marks()).as("marks").hasValue(1);
        newer.routing().tick();
        assertThat(newer.control().status().marks()).as("marks").hasValue(0);
        assertThat(followed(newer)).containsExactly(seat("1", 2, "fish"));
    }

    private static List<String> notes(RoutedStorage storage) {
        storage.routing().tick();
        return storage.control().status().instances().stream()
                .map(StageStatus.Participant::note)
                .toList();
    }

    @Test
    void whatNoBackfillHasCopiedIsReadFromTheOldStorage() {
        Storage old = side(Side.OLD, SEATS_WITH_MEALS, MENUS);
        old.repository(SEATS_WITH_MEALS).save(seat("1", 0, "fish"));
        old.repository(MENUS).save(Row.of(MENUS, "friday"));
        side(Side.NEW, SEATS_WITH_MEALS, MENUS).close();
        RoutedStorage older = release("older", SEATS);
        Moves.to(older, Stage.READ_NEW);
        older.control().percent(100, "test", "all");
        older.close();
        RoutedStorage newer = release("newer", SEATS_WITH_MEALS, MENUS);
        assertThat(newer.repository(SEATS_WITH_MEALS).find("1")).contains(seat("1", 0, "fish"));
        assertThat(newer.repository(MENUS).find("friday")).isPresent();
        assertThat(newer.repository(SEATS_WITH_MEALS).all().allowScan().list()).containsExactly(seat("1", 0, "fish"));
        assertThat(notes(newer))
                .singleElement()
                .asString()
                .startsWith("no backfill has copied seats.meal, menus.id, which this release declares");
        newer.control().backfill("test", "a new field");
        newer.routing().tick();
        assertThat(notes(newer)).containsExactly("");
        out.set("old");
        assertThat(newer.repository(SEATS_WITH_MEALS).find("1")).contains(seat("1", 0, "fish"));
        assertThat(newer.repository(MENUS).find("friday")).isPresent();
        out.set("");
    }

    @Test
    void aMarkOfAnotherReleaseHoldsTheMigrationUntilItIsMetOrGivenUp() {
        RoutedStorage newer = release("newer", SEATS_WITH_MEALS);
        Moves.to(newer, Stage.LIVE);
        unheard(newer, SEATS_WITH_MEALS, seat("1", 1, "fish"));
        newer.close();
        RoutedStorage older = release("older", SEATS);
        assertThatThrownBy(() -> older.control().advance("ann", "on"))
                .isInstanceOf(StageBlockedException.class)
                .hasMessageContaining("another release has written fields that this one doesn't know");
        older.control().repair("test", "mend");
        assertThat(older.control().status().marks()).hasValue(0);
    }

    @Test
    void aMarkOfATypeThatOneReleaseDoesNotKnowHoldsUpNoOther() {
        RoutedStorage newer = release("newer", SEATS, MENUS);
        Moves.to(newer, Stage.DUAL_WRITE);
        RoutedStorage older = release("older", SEATS);
        unheard(newer, MENUS, Row.of(MENUS, "1"));
        unheard(older, SEATS, Row.of(SEATS, "1", 1));
        older.routing().tick();
        assertThat(older.backgroundFailure()).isEmpty();
        assertThat(newer.control().status().marks()).as("marks").hasValue(1);
        assertThat(side(Side.NEW, SEATS).repository(SEATS).find("1")).contains(Row.of(SEATS, "1", 1));
        older.control().repair("test", "mend");
        newer.routing().tick();
        assertThat(newer.control().status().marks()).as("marks").hasValue(0);
    }

    @Test
    void theWayBackFromRampDownAsksForOneReleaseAsThatFromLiveDoes() {
        RoutedStorage newer = release("newer", SEATS_WITH_MEALS);
        Moves.to(newer, Stage.RAMP_DOWN);
        RoutedStorage older = release("older", SEATS);
        newer.routing().tick();
        assertThatThrownBy(() -> older.control().rollback("ann", "back"))
                .hasMessageContaining("deploy one release everywhere");
    }
}
