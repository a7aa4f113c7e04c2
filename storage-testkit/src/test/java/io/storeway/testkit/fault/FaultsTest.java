package io.storeway.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.TreeStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private final KeyValueStore store = new TreeStore();

    private static void put(KeyValueStore store, String key, String value) {
        store.commit(List.of(), List.of(Write.put(key, value.getBytes(StandardCharsets.UTF_8))));
    }

    private static @Nullable String text(KeyValueStore store, String key) {
        Entry entry = store.get(key);
        return entry == null ? null : new String(entry.value(), StandardCharsets.UTF_8);
    }

    @Test
    void aFailureBeforeLeavesNothing() {
        KeyValueStore faulty =
                Faults.of(FaultPlan.none().at(1, Fault.FAIL_BEFORE)).in(store);
        assertThatThrownBy(() -> put(faulty, "k", "1")).isInstanceOf(StorageUnavailableException.class);
        assertThat(text(store, "k")).isNull();
        put(faulty, "k", "2");
        assertThat(text(store, "k")).isEqualTo("2");
    }

    @Test
    void aLostRequestAndALostReplyLookTheSame() {
        FaultPlan plan = FaultPlan.none().at(1, Fault.LOST_REQUEST).at(2, Fault.FAIL_AFTER);
        KeyValueStore faulty = Faults.of(plan).in(store);
        assertThatThrownBy(() -> put(faulty, "a", "1")).isInstanceOf(UnknownOutcomeException.class);
        assertThatThrownBy(() -> put(faulty, "b", "1")).isInstanceOf(UnknownOutcomeException.class);
        assertThat(text(store, "a")).isNull();
        assertThat(text(store, "b")).isEqualTo("1");
        assertThat(plan.fired()).containsOnlyKeys("commit LOST_REQUEST", "commit FAIL_AFTER");
    }

    @Test
    void aReadThatFailsIsUnavailable() {
        KeyValueStore faulty =
                Faults.of(FaultPlan.none().at(1, Fault.FAIL_AFTER)).in(store);
        assertThatThrownBy(() -> faulty.get("a")).isInstanceOf(StorageUnavailableException.class);
    }

    @Test
    void aPartialBatchWritesItsFirstHalf() {
        KeyValueStore faulty =
                Faults.of(FaultPlan.none().at(1, Fault.PARTIAL_BATCH)).in(store);
        List<Write> batch = List.of(Write.put("a", new byte[1]), Write.put("b", new byte[1]));
        assertThatThrownBy(() -> faulty.commit(List.of(), batch)).isInstanceOf(UnknownOutcomeException.class);
        assertThat(store.getAll(List.of("a", "b"))).element(0).isNotNull();
        assertThat(store.get("b")).isNull();
    }

    @Test
    void aDuplicateReachesTheStoreTwiceAndItsRefusalGetsLost() {
        KeyValueStore faulty = Faults.of(FaultPlan.none().when(call -> call.writes(), Fault.DUPLICATE))
                .in(store);
        put(faulty, "k", "1");
        assertThat(store.get("k")).extracting(Entry::version).isEqualTo(2L);
        faulty.commit(List.of(new Expectation("new", 0)), List.of(Write.put("new", new byte[1])));
        assertThat(store.get("new")).extracting(Entry::version).isEqualTo(3L);
    }

    @Test
    void aStaleReadGivesTheAnswerFromBefore() {
        FaultPlan plan = FaultPlan.none().at(3, Fault.STALE_READ).at(5, Fault.STALE_READ);
        KeyValueStore faulty = Faults.of(plan).in(store);
        assertThat(text(faulty, "k")).isNull();
        put(faulty, "k", "1");
        assertThat(text(faulty, "k"))
                .as("nothing was read before that could be stale")
                .isEqualTo("1");
        put(faulty, "k", "2");
        assertThat(text(faulty, "k")).isEqualTo("1");
        assertThat(text(faulty, "k")).isEqualTo("2");
        assertThat(plan.fired()).containsEntry("get STALE_READ", 1L);
    }

    @Test
    void aDelayMovesTheClock() {
        ManualClock clock = new ManualClock(Instant.EPOCH);
        KeyValueStore faulty = Faults.of(FaultPlan.none().at(1, Fault.DELAY))
                .delaying(clock, Duration.ofSeconds(7))
                .in(store);
        put(faulty, "k", "1");
        assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(7));
        assertThat(text(store, "k")).isEqualTo("1");
    }

    @Test
    void aSeedRepeatsItsFaults() {
        assertThat(failures(42))
                .isEqualTo(failures(42))
                .isNotEqualTo(failures(43))
                .hasSizeBetween(15, 60);
    }

    private List<Integer> failures(long seed) {
        KeyValueStore faulty = Faults.of(FaultPlan.random(seed, 0.3, Fault.FAIL_BEFORE, Fault.FAIL_AFTER))
                .in(store);
        List<Integer> failed = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            try {
                put(faulty, "k", "1");
            } catch (StorageUnavailableException | UnknownOutcomeException e) {
                failed.add(i);
            }
        }
        return failed;
    }

    @Test
    void aPlanThatIsStoppedLeavesCallsAlone() {
        FaultPlan plan = FaultPlan.none().when(call -> true, Fault.FAIL_BEFORE);
        KeyValueStore faulty = Faults.of(plan).in(store);
        assertThatThrownBy(() -> faulty.get("k")).isInstanceOf(StorageUnavailableException.class);
        plan.stop();
        put(faulty, "k", "1");
        assertThat(text(faulty, "k")).isEqualTo("1");
        assertThat(faulty.name()).isEqualTo("tree");
        assertThat(plan.calls()).isEqualTo(3);
    }

    @Test
    void questionsAboutTheStoreItselfMeetNoFault() {
        KeyValueStore faulty =
                Faults.of(FaultPlan.none().when(call -> true, Fault.FAIL_AFTER)).in(store);
        assertThat(faulty.counter(3)).isEqualTo(store.counter(3));
        assertThat(faulty.identity()).isEqualTo(store.identity());
    }
}
