package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a later release, or another one, has written into the control storage. */
class StrangeRecordTest {

    record Other(String id) {}

    private static final EntityType<Other> OTHERS = EntityType.of(Other.class)
            .named("others")
            .identifiedBy(Other::id)
            .keyValue("others:{id}", Blob.object())
            .build();
    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final Catalog LARGER = Catalog.of(MovesTest.ENTRIES, OTHERS);
    private static final String KEY = "__storeway:listed:stage:default";

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final MemoryStore oldStore = new MemoryStore();
    private final MemoryStore freshStore = new MemoryStore();
    private final MemoryStore controlStore = new MemoryStore();

    private RoutedStorage instance(String name, Catalog catalog) {
        Storage old = KvStorage.open(oldStore, catalog, clock);
        Storage fresh = KvStorage.open(freshStore, catalog, clock);
        return RoutedStorage.between(old, fresh)
                .controlledBy(KvStorage.open(controlStore, catalog, clock))
                .instance(name)
                .clock(clock)
                .followers(0)
                .shadowComparisons(0)
                .stepwise(clock::advance)
                .open();
    }

    private void writeStage(String stage) {
        KeyValueStore.Entry entry = Objects.requireNonNull(controlStore.get(KEY));
        String text = new String(entry.value(), StandardCharsets.UTF_8);
        String changed = text.replaceFirst("\"stage\":\"\\w+\"", "\"stage\":\"" + stage + "\"");
        assertThat(changed).isNotEqualTo(text);
        controlStore.commit(List.of(), List.of(KeyValueStore.Write.put(KEY, changed.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void aStageThatThisReleaseDoesNotKnowIsRefused() {
        instance("one", CATALOG).close();
        writeStage("HALF_LIVE");
        assertThatThrownBy(() -> instance("two", CATALOG)).isInstanceOf(StorageException.class);
    }

    @Test
    void anInstanceThatMeetsSuchAStageStaysWhereItIsAndEndsItsWritesWithItsLease() {
        try (RoutedStorage one = instance("one", CATALOG)) {
            Moves.to(one, Stage.DUAL_WRITE);
            writeStage("HALF_LIVE");
            one.routing().tick();
            assertThat(one.backgroundFailure()).isPresent();
            assertThat(one.stage()).isEqualTo(Stage.DUAL_WRITE);
            clock.advance(Duration.ofSeconds(11));
            assertThatThrownBy(() -> one.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1)))
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining("nothing was written");
            assertThat(oldStore.get("entries:o")).isNull();
        }
    }

    @Test
    void anInstanceWithAnotherPlanHoldsEveryMoveForward() {
        try (RoutedStorage one = instance("one", CATALOG);
                RoutedStorage two = instance("two", LARGER)) {
            two.routing().tick();
            assertThat(one.control().blocks())
                    .anyMatch(block -> block.guard() == Block.Guard.ONE_RELEASE
                            && block.reason().contains("instance two runs with another catalog"));
            assertThatThrownBy(() -> one.control().advance("test", "on"))
                    .isInstanceOf(StageBlockedException.class)
                    .hasMessageContaining("deploy one release everywhere");
        }
    }
}
