package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Health;
import io.storeway.Operations;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.routing.AilingStore.Behaviour;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.fault.TcpProxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An instance that starts, and an operator who acts, while one of the two storages is out of reach. */
@Timeout(60)
class AbsentSideTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final Entry WRITTEN = new Entry("o1", "written without the other side", 1);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final AilingStore oldStore = new AilingStore(() -> {});
    private final AilingStore newStore = new AilingStore(() -> {});
    private final Storage old = KvStorage.open(oldStore.store, CATALOG);
    private final Storage fresh = KvStorage.open(newStore.store, CATALOG);
    private final Storage control = KvStorage.open(new MemoryStore(), Catalog.of());
    private final List<RoutedStorage> opened = new ArrayList<>();

    private RoutedStorageBuilder between(Storage one, Storage other) {
        return Moves.quiet(one, other).controlledBy(control).clock(clock).stepwise(clock::advance);
    }

    private RoutedStorage open(RoutedStorageBuilder builder) {
        RoutedStorage routed = builder.open();
        opened.add(routed);
        return routed;
    }

    @AfterEach
    void close() {
        oldStore.recovers();
        newStore.recovers();
        opened.forEach(RoutedStorage::close);
    }

    private void begun(Stage stage) {
        try (RoutedStorage first = between(old, fresh).instance("first").open()) {
            first.repository(MovesTest.ENTRIES).save(new Entry("o1", "before", 1));
            Moves.to(first, stage);
        }
    }

    private static void written(Storage storage, Entry entry) {
        assertThat(storage.repository(MovesTest.ENTRIES).find(entry.owner(), entry.name()))
                .contains(entry);
    }

    /** Does rounds of background work after the time that a write has to follow. */
    private void rounds(RoutedStorage routed) {
        clock.advance(Duration.ofSeconds(2));
        routed.routing().tick();
        routed.routing().tick();
    }

    private String note(RoutedStorage routed) {
        rounds(routed);
        return routed.control().status().instances().get(0).note();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SWITCHING")
    void anInstanceStartsWithoutTheStorageThatFollowsAndMakesItEqualLater(Stage stage) {
        begun(stage);
        Side authority = Stages.authority(stage).orElseThrow();
        AilingStore following = authority == Side.OLD ? newStore : oldStore;
        following.behaves(Behaviour.REFUSES);
        RoutedStorage second = open(between(old, fresh).instance("second"));
        assertThat(second.stage()).isEqualTo(stage);
        second.repository(MovesTest.ENTRIES).save(WRITTEN);
        written(second, WRITTEN);
        assertThat(second.health().status()).isNotEqualTo(Health.Status.DOWN);
        assertThat(second.capabilities().declared()).isNotEmpty();
        assertThat(note(second))
                .contains("the " + authority.other().label()
                        + " storage has not been reached since this instance started");
        following.recovers();
        assertThat(note(second)).isEmpty();
        assertThat(second.backgroundFailure()).isEmpty();
        assertThat(second.control().status().marks()).hasValue(0);
        if (Stages.dual(stage)) {
            written(old, WRITTEN);
            written(fresh, WRITTEN);
        }
        if (stage != Stage.COMPLETE) {
            Moves.prepare(second, second);
            assertThat(second.control().advance("test", "on").stage()).isNotEqualTo(stage);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SWITCHING")
    void noInstanceStartsWithoutTheStorageThatDecides(Stage stage) {
        begun(stage);
        AilingStore deciding = Stages.authority(stage).orElseThrow() == Side.OLD ? oldStore : newStore;
        deciding.behaves(Behaviour.REFUSES);
        RoutedStorageBuilder second = between(old, fresh).instance("second");
        assertThatThrownBy(second::open).isInstanceOf(StorageUnavailableException.class);
    }

    @Test
    void aMigrationIsNotBegunWithoutOneOfTheTwo() {
        newStore.behaves(Behaviour.REFUSES);
        RoutedStorageBuilder first = between(old, fresh);
        assertThatThrownBy(first::open).isInstanceOf(StorageUnavailableException.class);
        newStore.recovers();
        assertThatThrownBy(first::control).hasMessageContaining("none has begun there");
    }

    @Test
    void aStorageThatIsTheWrongOneGetsNothingWhenItIsThere() {
        begun(Stage.DUAL_WRITE);
        AilingStore other = new AilingStore(() -> {});
        Storage wrong = KvStorage.open(other.store, CATALOG);
        other.behaves(Behaviour.REFUSES);
        RoutedStorage second = open(between(old, wrong).instance("second"));
        second.repository(MovesTest.ENTRIES).save(WRITTEN);
        other.recovers();
        rounds(second);
        assertThat(second.backgroundFailure())
                .hasValueSatisfying(failure -> assertThat(failure)
                        .isInstanceOf(MigrationException.class)
                        .hasMessageContaining("has never taken part in it"));
        second.repository(MovesTest.ENTRIES).save(WRITTEN);
        assertThat(wrong.repository(MovesTest.ENTRIES).all().allowScan().list()).isEmpty();
        assertThat(second.control().status().marks()).hasValue(1);
    }

    @Test
    void noStepForwardIsMadeWhileAnInstanceHasNotReachedBoth() {
        begun(Stage.DUAL_WRITE);
        RoutedStorage first = open(between(old, fresh).instance("first"));
        newStore.behaves(Behaviour.REFUSES);
        RoutedStorage second = open(between(old, fresh).instance("second"));
        assertThatThrownBy(() -> second.control().advance("test", "on"))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("The new storage could not be reached");
        newStore.recovers();
        assertThatThrownBy(() -> first.control().advance("test", "on"))
                .isInstanceOf(StageBlockedException.class)
                .hasMessageContaining("instance second has not reached both storages since it started");
        rounds(second);
        first.control().backfill("test", "copy");
        rounds(second);
        assertThat(first.control().advance("test", "on").stage()).isEqualTo(Stage.SHADOW);
    }

    @Test
    void theStepBackFromLiveNeedsBoth() {
        begun(Stage.LIVE);
        oldStore.behaves(Behaviour.REFUSES);
        StageControl operator = between(old, fresh).control();
        assertThat(operator.status().stage()).isEqualTo(Stage.LIVE);
        assertThatThrownBy(() -> operator.rollback("test", "back"))
                .isInstanceOf(StageBlockedException.class)
                .hasMessageContaining("this process has not reached both storages");
    }

    @Test
    void anOperationRunsOnceAlsoWhereTheOtherSideWasNotThereAtItsFirstRun() {
        begun(Stage.DUAL_WRITE);
        newStore.behaves(Behaviour.REFUSES);
        RoutedStorage second = open(between(old, fresh).instance("second"));
        Operations operations = Operations.of(second);
        assertThat(operations
                        .run("id", unit -> save(unit.repository(MovesTest.ENTRIES)))
                        .first())
                .isTrue();
        newStore.recovers();
        rounds(second);
        assertThat(second.backgroundFailure()).isEmpty();
        assertThat(Operations.of(fresh).outcome("id")).isPresent();
        written(fresh, WRITTEN);
    }

    private static String save(Repository<Entry> entries) {
        entries.save(WRITTEN);
        return "saved";
    }

    @Test
    void aServerThatIsDownWhenTheApplicationStartsIsJoinedWhenItIsBack(@TempDir Path folder) {
        URI server = URI.create(Engines.postgres().newDatabase().substring("jdbc:".length()));
        try (TcpProxy proxy = TcpProxy.before(server.getHost(), server.getPort());
                Storage blobs = Storages.open("mvstore:" + folder.resolve("old.mv"), CATALOG)) {
            String uri = "jdbc:" + server.toString().replace(":" + server.getPort(), ":" + proxy.port());
            try (Storage tables = Storages.open(uri, CATALOG);
                    RoutedStorage first = Moves.quiet(blobs, tables).open()) {
                Moves.to(first, Stage.DUAL_WRITE);
            }
            proxy.refuse();
            try (Storage tables = Storages.deferred(CATALOG, () -> Storages.open(uri, CATALOG));
                    RoutedStorage second = Moves.quiet(blobs, tables).open()) {
                second.repository(MovesTest.ENTRIES).save(WRITTEN);
                assertThat(tables.health().status()).isEqualTo(Health.Status.DOWN);
                proxy.heal();
                long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
                while (second.control().status().marks().orElseThrow() > 0 && System.nanoTime() < end) {
                    second.routing().tick();
                }
                written(tables, WRITTEN);
            }
        }
    }
}
