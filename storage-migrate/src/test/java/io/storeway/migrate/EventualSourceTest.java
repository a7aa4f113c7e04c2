package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Capability;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.Preflight;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.RunNumber;
import io.storeway.testkit.fault.EventualStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Migrations from a store whose reads are eventually consistent and whose writes have no condition. */
class EventualSourceTest {

    private static final Duration STALENESS = Duration.ofSeconds(60);
    private static final long SEED = RunNumber.of("storeway.seed", 20261121);
    private static final int CHANGES = 200;

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Shop.NOW);
    private final EventualStore store = new EventualStore(clock, STALENESS, SEED);
    private final Storage source = KvStorage.open(store, Shop.CATALOG, clock);

    @BeforeEach
    void fillSource() {
        MemoryStore filled = new MemoryStore();
        Shop.fill(filled);
        @Nullable String cursor = null;
        do {
            Listing part = filled.list("", cursor, 100);
            part.entries()
                    .forEach(entry -> store.commit(
                            List.of(),
                            List.of(new Write(entry.key(), entry.value(), entry.metadata(), entry.expiresAt()))));
            cursor = part.next();
        } while (cursor != null);
    }

    private Storage open(String uri) {
        return Storages.open(uri.formatted(folder), Shop.CATALOG, clock);
    }

    private Migration to(Storage target) {
        return Migration.from(source)
                .to(target)
                .batch(10)
                .withoutReadingAhead()
                .clock(clock)
                .timer(new ManualTimer())
                .build();
    }

    static Stream<String> targets() {
        return Stream.of("mvstore:%s/data.mv", "jdbc:sqlite:%s/data.db", "jdbc:h2:file:%s/data");
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aSourceAtRestIsCopiedWhollyAndComparesEqual(String uri) {
        clock.advance(STALENESS);
        try (Storage target = open(uri)) {
            assertThat(to(target).backfill().writes()).isPositive();
            assertThat(to(target).backfill().writes()).isZero();
            assertThat(to(target).verify().equal()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void whatWasMissedWhileReadsWereStaleIsCopiedByARunAfterTheLastWriteIsSeenEverywhere(String uri) {
        clock.advance(STALENESS);
        SplittableRandom random = new SplittableRandom(SEED);
        try (Storage target = open(uri)) {
            boolean missed = false;
            for (int change = 0; change < CHANGES; change++) {
                int book = random.nextInt(80);
                store.commit(
                        List.of(), List.of(Shop.put("book:b%03d".formatted(book), "{\"title\":\"T" + change + "\"}")));
                clock.advance(Duration.ofSeconds(random.nextInt(3)));
                if (change % 20 == 0) {
                    to(target).backfill();
                    missed |= !to(target).verify().equal();
                }
            }
            assertThat(missed).as("reads were stale at all").isTrue();
            clock.advance(STALENESS);
            assertThat(to(target).backfill().writes()).as("what was missed").isPositive();
            assertThat(to(target).verify().equal()).isTrue();
            assertThat(to(target).backfill().writes()).isZero();
        }
    }

    @Test
    void aNewerContentIsNeverReplacedByAnOlderOneOnceItIsSeenEverywhere() {
        clock.advance(STALENESS);
        try (Storage target = open("jdbc:sqlite:%s/data.db")) {
            List<String> titles = new ArrayList<>();
            for (int round = 0; round < 20; round++) {
                store.commit(List.of(), List.of(Shop.put("book:b001", "{\"title\":\"T" + round + "\"}")));
                clock.advance(STALENESS);
                to(target).backfill();
                titles.add(
                        target.repository(Shop.BOOKS).find("b001").orElseThrow().title());
            }
            assertThat(titles)
                    .containsExactlyElementsOf(Stream.iterate(0, i -> i + 1)
                            .limit(20)
                            .map(i -> "T" + i)
                            .toList());
        }
    }

    @Test
    void aStoreWithoutConditionsIsNoTargetAndNothingIsWritten() {
        try (Storage from = open("jdbc:sqlite:%s/data.db")) {
            clock.advance(STALENESS);
            to(from).backfill();
            EventualStore fresh = new EventualStore(clock, STALENESS, SEED);
            Storage target = KvStorage.open(fresh, Shop.CATALOG, clock);
            assertThatThrownBy(() -> Migration.from(from).to(target).build().backfill())
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("CONDITIONAL_WRITES");
            clock.advance(STALENESS);
            assertThat(fresh.list("", null, 10).entries()).isEmpty();
        }
    }

    @Test
    void thePlanSaysWhatThePairCantPromise() {
        try (Storage sql = open("jdbc:sqlite:%s/data.db");
                Storage other = open("jdbc:sqlite:%s/other.db")) {
            assertThat(to(sql).plan().cautions())
                    .singleElement()
                    .satisfies(
                            text -> assertThat(text).contains("60 s later", "migrate again until nothing is written"));
            assertThat(Migration.from(sql).to(source).build().plan().cautions())
                    .singleElement()
                    .satisfies(text -> assertThat(text).contains("the last writer of a key wins"));
            assertThat(Migration.from(sql).to(other).build().plan().cautions()).isEmpty();
        }
    }

    @Test
    void theRoutersPlanSaysWhatItCantPromiseAndTheRouterDoesNotOpen() {
        try (Storage sql = open("jdbc:sqlite:%s/data.db")) {
            Preflight preflight =
                    RoutedStorage.between(source, sql).controlledBy(sql).preflight();
            assertThat(preflight.guarantees()).isEmpty();
            for (Capability lacking :
                    List.of(Capability.UNITS_OF_WORK, Capability.CONDITIONAL_WRITES, Capability.CONSISTENT_READS)) {
                assertThat(preflight.refusals())
                        .anySatisfy(refusal -> assertThat(refusal)
                                .contains("the old storage (eventual) lacks " + lacking)
                                .contains(source.capabilities().reason(lacking).orElseThrow()));
            }
            assertThatThrownBy(() ->
                            RoutedStorage.between(source, sql).controlledBy(sql).open())
                    .isInstanceOf(UnsupportedCapabilityException.class);
        }
    }
}
