package io.storeway.migrate.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.storeway.Catalog;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.VersionConflictException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.layout.KeyTemplate;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.convergence.Refusals;
import io.storeway.migrate.routing.internal.convergence.Repairer;
import io.storeway.migrate.routing.internal.convergence.Repairer.Repaired;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.migrate.routing.internal.replication.MarkCleaner;
import io.storeway.migrate.routing.internal.replication.Marks;
import io.storeway.migrate.routing.internal.replication.PartitionId;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.replication.Touched;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Version;
import io.storeway.testkit.call.Interposed;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Marks, what they ask for, and what makes them go. */
class RepairerTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final String MIGRATION = "books";
    private static final long TERM = 3;
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final List<String> refused = new ArrayList<>();
    private int commits;
    private int writesAtOnce = Integer.MAX_VALUE;
    private int listed;
    private boolean unreachable;
    private int attempts;
    private Runnable whenFollowed = () -> {};
    private final KeyValueStore store = new MemoryStore();
    private final Storage old = KvStorage.open(watched(store), CATALOG);
    private final Storage fresh = KvStorage.open(watched(stoppable(new MemoryStore())), CATALOG);
    private final Sides sides = new Sides(old, fresh, MIGRATION, Clock.systemUTC());
    private final Repairer repairer = new Repairer(sides, new Refusals());

    /** Counts commits and listed entries, and refuses commits that write one of the keys, or too many. */
    private KeyValueStore watched(KeyValueStore store) {
        return Interposed.store(store, call -> {
            if (call.verb().equals("list")) {
                KeyValueStore.Listing listing = (KeyValueStore.Listing) Objects.requireNonNull(call.proceed());
                listed += listing.entries().size();
                return listing;
            }
            if (call.verb().equals("commit")) {
                commits++;
                List<?> writes =
                        (List<?>) Objects.requireNonNull(call.arguments().get(1));
                if (writes.size() > writesAtOnce) {
                    throw new VersionConflictException("planned", ErrorContext.of("commit"), null);
                }
                for (Object write : writes) {
                    if (refused.contains(((KeyValueStore.Write) write).key())) {
                        throw new StorageUnavailableException("planned", ErrorContext.of("commit"), null);
                    }
                }
            }
            return call.proceed();
        });
    }

    /** Counts calls while it is out of reach. */
    private KeyValueStore stoppable(KeyValueStore store) {
        return Interposed.store(store, call -> {
            if (unreachable) {
                attempts++;
                throw new StorageUnavailableException("planned", ErrorContext.of(call.verb()), null);
            }
            Object result = call.proceed();
            if (call.verb().equals("commit")) {
                whenFollowed.run();
            }
            return result;
        });
    }

    @BeforeEach
    void prepare() {
        sides.prepare(EnumSet.allOf(Side.class));
    }

    private static PartitionId id(String owner) {
        return PartitionId.of(MovesTest.ENTRIES, Key.of(owner));
    }

    /** A write that the follower has not got: row, version and mark in one unit. */
    private Version write(String owner, long weight, Instant since) {
        return old.replica().transact(unit -> {
            Fence.pass(unit, MIGRATION, TERM);
            unit.repository(MovesTest.ENTRIES).save(new Entry(owner, "n", weight));
            List<PartitionState> states = unit.advance(MovesTest.ENTRIES, List.of(Key.of(owner)), TERM);
            Marks.put(unit, sides, List.of(new Touched.Batch(MovesTest.ENTRIES, states)), since);
            return states.get(0).version();
        });
    }

    private void clear(Map<PartitionId, Version> reached) {
        List<Key> keys = reached.keySet().stream()
                .map(id -> id.mark(sides.carried(id.entity())))
                .toList();
        Marks.clear(old, keys, reached);
    }

    private Repaired repair() {
        return repairer.repair(Side.OLD, TERM);
    }

    private void assertFollowed(String owner, long weight) {
        assertThat(fresh.repository(MovesTest.ENTRIES).find(owner, "n")).contains(new Entry(owner, "n", weight));
    }

    @Test
    void whatIsMarkedIsMadeEqualAndTheMarksGoHoweverManyThereAre() {
        for (int i = 0; i < 450; i++) {
            write("o" + i, i, NOON);
        }
        assertThat(repairer.left(Side.OLD)).isEqualTo(450);
        assertThat(repair()).isEqualTo(new Repaired(450, 0, 0, false));
        assertThat(repairer.left(Side.OLD)).isZero();
        assertThat(fresh.repository(MovesTest.ENTRIES).all().allowScan().count())
                .isEqualTo(450);
        assertThat(repair()).isEqualTo(new Repaired(0, 0, 0, false));
    }

    @Test
    void aKeyValueStorageIsWalkedThroughOnceForAllItsMarks() {
        int marks = 2_000;
        IntStream.range(0, marks).forEach(i -> write("o" + i, i, NOON));
        listed = 0;
        assertThat(repair().repaired()).isEqualTo(marks);
        assertThat(listed).isEqualTo(marks);
    }

    @Test
    void aMarkThatCantBeReadIsAnError() {
        String key = KeyTemplate.LISTED_PREFIX + "mark:entries:o";
        store.commit(List.of(), List.of(KeyValueStore.Write.put(key, "[{\"carried\":true}]".getBytes(UTF_8))));
        assertThatExceptionOfType(InvalidValueException.class).isThrownBy(this::repair);
    }

    @Test
    void aMarkYoungerThanAskedForIsLeftToItsWriter() {
        write("early", 1, NOON);
        write("late", 2, NOON.plusMillis(1));
        assertThat(repairer.repair(Side.OLD, TERM, NOON, Instant.MAX)).isEqualTo(new Repaired(1, 0, 0, false));
        assertThat(repairer.unmarked(Side.OLD, List.of(id("early"), id("late"), id("never"))))
                .containsExactly(id("early"), id("never"));
        assertThat(fresh.repository(MovesTest.ENTRIES).exists("late", "n")).isFalse();
    }

    @Test
    void onePartitionThatTheFollowerRefusesHoldsNoOther() {
        for (int i = 0; i < 5; i++) {
            write("o" + i, i, NOON);
        }
        refused.add("entries:o2");
        assertThat(repair()).isEqualTo(new Repaired(4, 1, 0, false));
        assertThat(repairer.unmarked(Side.OLD, List.of(id("o1"), id("o2"), id("o3"))))
                .containsExactly(id("o1"), id("o3"));
        refused.clear();
        assertThat(repair()).isEqualTo(new Repaired(1, 0, 0, false));
        assertFollowed("o2", 2);
    }

    @Test
    void anOutageCostsThreeCallsAndTheNextRoundDoesItAll() {
        for (int i = 0; i < 450; i++) {
            write("o" + i, i, NOON);
        }
        unreachable = true;
        attempts = 0;
        Repaired outage = repair();
        assertThat(outage).isEqualTo(new Repaired(0, outage.failed(), 0, true));
        assertThat(outage.failed()).as("marks of the first page").isBetween(200L, 220L);
        assertThat(attempts).isEqualTo(3);
        unreachable = false;
        assertThat(repair()).isEqualTo(new Repaired(450, 0, 0, false));
    }

    @Test
    void partitionsThatLookLikeAnOutageHoldTheOthersUpForAFewRoundsOnly() {
        for (int i = 0; i < 20; i++) {
            write("o" + i, i, NOON);
        }
        refused.addAll(List.of("entries:o0", "entries:o1", "entries:o10", "entries:o11", "entries:o12"));
        assertThat(repair()).isEqualTo(new Repaired(0, 20, 0, true));
        assertThat(repairer.failure()).get().isInstanceOf(StorageUnavailableException.class);
        for (int round = 0; round < 8; round++) {
            repair();
        }
        assertThat(repairer.left(Side.OLD)).isEqualTo(5);
        refused.clear();
        assertThat(repair()).isEqualTo(new Repaired(5, 0, 0, false));
        assertThat(repairer.failure()).isEmpty();
    }

    @Test
    void twoPartitionsThatFindTheFollowerOutOfReachAreNoOutage() {
        for (int i = 0; i < 5; i++) {
            write("o" + i, i, NOON);
        }
        refused.addAll(List.of("entries:o1", "entries:o2"));
        assertThat(repair()).isEqualTo(new Repaired(3, 2, 0, false));
    }

    /** The follower has something else, with a version above that of the authority. */
    private void aheadInTerm(long term) {
        fresh.replica().transact(unit -> {
            unit.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 99));
            unit.advance(MovesTest.ENTRIES, List.of(Key.of("o")), term);
            return unit.advance(MovesTest.ENTRIES, List.of(Key.of("o")), term);
        });
    }

    @Test
    void aFollowerThatIsAheadWithinTheTermIsMadeEqualBecauseTheAuthorityDecidesAnew() {
        write("o", 1, NOON);
        aheadInTerm(TERM);
        while (repairer.left(Side.OLD) > 0) {
            repair();
        }
        assertFollowed("o", 1);
    }

    @Test
    void aFollowerOfALaterTermKeepsTheMarkUntilTheAuthorityHasALaterOne() {
        write("o", 1, NOON);
        aheadInTerm(TERM + 1);
        repair();
        assertThat(repairer.left(Side.OLD)).as("a later term has written there").isEqualTo(1);
        assertThat(repairer.repair(Side.OLD, TERM + 2)).isEqualTo(new Repaired(1, 0, 0, false));
        assertThat(repairer.left(Side.OLD)).isZero();
        assertFollowed("o", 1);
    }

    @Test
    void aSideThatIsFencedForALaterTermIsNotWrittenAndTheMarkStays() {
        write("o", 1, NOON);
        for (Side side : Side.values()) {
            Fence.raise(sides.of(side), MIGRATION, TERM + 1);
            assertThatExceptionOfType(Fence.Closed.class).isThrownBy(this::repair);
            assertThat(fresh.repository(MovesTest.ENTRIES).exists("o", "n")).isFalse();
            assertThat(repairer.left(Side.OLD)).isEqualTo(1);
        }
    }

    /** A switch that was given up leaves a later term, of which not every writer knows yet, and fences as far as it came. */
    @Test
    void whileARepairOfALaterTermIsUnderWayNoWriteOfAnEarlierOneCanSeemToBeMet() {
        write("o", 1, NOON);
        List<Boolean> kept = new ArrayList<>();
        whenFollowed = () -> {
            whenFollowed = () -> {};
            try {
                write("o", 2, NOON);
                kept.add(false);
            } catch (Fence.Closed e) {
                kept.add(true);
            }
        };
        assertThat(repairer.repair(Side.OLD, TERM + 1)).isEqualTo(new Repaired(1, 0, 0, false));
        assertThat(kept).as("the writer has to learn of the term first").containsExactly(true);
        assertThat(old.repository(MovesTest.ENTRIES).find("o", "n")).contains(new Entry("o", "n", 1));
        assertFollowed("o", 1);
    }

    @Test
    void aMarkGoesOnlyForTheVersionThatItAsksForOrALaterOne() {
        Version first = write("o", 1, NOON);
        Version second = write("o", 2, NOON);
        write("other", 1, NOON);
        clear(Map.of(id("o"), first));
        assertThat(repairer.left(Side.OLD))
                .as("the mark asks for the second write")
                .isEqualTo(2);
        clear(Map.of(id("o"), second, id("never"), second));
        assertThat(repairer.unmarked(Side.OLD, List.of(id("o"), id("other")))).containsExactly(id("o"));
        write("o", 3, NOON);
        clear(Map.of(id("o"), new Version(TERM + 1, 0)));
        assertThat(repairer.left(Side.OLD)).isEqualTo(1);
    }

    @Test
    void nothingToClearCostsNothing() {
        int before = commits;
        clear(Map.of());
        assertThat(commits).isEqualTo(before);
    }

    @Test
    void marksAreRemovedThoughOfManyOneIsAlwaysBeingWritten() {
        Map<PartitionId, Version> reached = new HashMap<>();
        IntStream.range(0, 100).forEach(i -> reached.put(id("o" + i), write("o" + i, i, NOON)));
        writesAtOnce = 10;
        clear(reached);
        assertThat(repairer.left(Side.OLD)).isZero();
    }

    @Test
    void clearsAreGatheredAndTheLatestVersionOfEachCounts() {
        List<Runnable> asked = new ArrayList<>();
        MarkCleaner clears = new MarkCleaner(sides, asked::add);
        Version first = write("o", 1, NOON);
        Version second = write("o", 2, NOON);
        clears.add(Side.OLD, Map.of(id("o"), second));
        clears.add(Side.OLD, Map.of(id("o"), first));
        assertThat(asked).isEmpty();
        assertThat(repairer.left(Side.OLD)).isEqualTo(1);
        clears.flush();
        assertThat(repairer.left(Side.OLD)).isZero();
        write("o", 3, NOON);
        clears.flush();
        assertThat(repairer.left(Side.OLD)).as("what was flushed is forgotten").isEqualTo(1);
    }

    @Test
    void fiveHundredClearsAskForAFlushOnceAndAreAllRemoved() {
        List<Runnable> asked = new ArrayList<>();
        MarkCleaner clears = new MarkCleaner(sides, asked::add);
        List<Map<PartitionId, Version>> reached = IntStream.range(0, 1_200)
                .mapToObj(i -> Map.of(id("o" + i), write("o" + i, i, NOON)))
                .toList();
        reached.subList(0, 499).forEach(each -> clears.add(Side.OLD, each));
        assertThat(asked).isEmpty();
        reached.subList(499, 1_200).forEach(each -> clears.add(Side.OLD, each));
        assertThat(asked).hasSize(1);
        asked.get(0).run();
        assertThat(repairer.left(Side.OLD)).isZero();
    }

    @Test
    void clearsThatFailAreLeftToARepair() {
        Version version = write("o", 1, NOON);
        MarkCleaner clears = new MarkCleaner(sides, Runnable::run);
        refused.add("__storeway:listed:mark:entries:o");
        clears.add(Side.OLD, Map.of(id("o"), version));
        clears.flush();
        refused.clear();
        assertThat(repairer.left(Side.OLD)).isEqualTo(1);
        assertThat(repair()).isEqualTo(new Repaired(1, 0, 0, false));
        assertThat(repairer.left(Side.OLD)).isZero();
    }
}
