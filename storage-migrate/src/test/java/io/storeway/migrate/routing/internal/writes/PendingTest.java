package io.storeway.migrate.routing.internal.writes;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.migrate.routing.internal.replication.PartitionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an instance remembers of writes that have not followed. */
class PendingTest {

    private static final PartitionId ONE = id(1);
    private static final PartitionId TWO = id(2);

    private static PartitionId id(int number) {
        return new PartitionId("entries", "p" + number);
    }

    @Test
    void beyondTheLimitItGrowsNoMoreAndForgetsNothing() {
        Pending pending = new Pending(10);
        List<PartitionId> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(id(i));
            pending.end(pending.begin(List.of(id(i))), false);
        }
        assertThat(pending.size()).isEqualTo(11);
        assertThat(all).allMatch(pending::has);
        assertThat(pending.behind()).hasSize(11).containsKey(Pending.OTHERS);
        Map.copyOf(pending.behind()).forEach(pending::repaired);
        assertThat(pending.isEmpty()).isTrue();
        assertThat(all).noneMatch(pending::has);
    }

    @Test
    void whatBeganAmongTheOthersEndsThere() {
        Pending pending = new Pending(2);
        List<PartitionId> first = pending.begin(List.of(ONE, id(3)));
        List<PartitionId> second = pending.begin(List.of(TWO));
        pending.end(first, true);
        List<PartitionId> third = pending.begin(List.of(TWO));
        pending.end(second, true);
        assertThat(pending.has(TWO)).as("a write of it still runs").isTrue();
        assertThat(pending.has(ONE)).as("every write of others is over").isFalse();
        pending.end(third, true);
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void theOthersWaitForTheLastWriteAmongThem() {
        Pending pending = new Pending(0);
        pending.end(pending.begin(List.of(ONE)), false);
        long before = pending.behind().getOrDefault(Pending.OTHERS, -1L);
        List<PartitionId> running = pending.begin(List.of(TWO));
        assertThat(pending.behind()).isEmpty();
        pending.repaired(Pending.OTHERS, before);
        assertThat(pending.has(TWO)).as("it runs").isTrue();
        pending.end(running, false);
        pending.repaired(Pending.OTHERS, before);
        assertThat(pending.has(TWO)).as("no repair since it ended").isTrue();
        Map.copyOf(pending.behind()).forEach(pending::repaired);
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void aWriteThatFollowedIsForgottenWhenTheLastOneOfItsPartitionEnds() {
        Pending pending = new Pending(10);
        assertThat(pending.isEmpty()).isTrue();
        pending.begin(List.of(ONE, TWO));
        pending.begin(List.of(ONE));
        pending.end(List.of(ONE, TWO), true);
        assertThat(pending.has(ONE)).isTrue();
        assertThat(pending.has(TWO)).isFalse();
        assertThat(pending.isEmpty()).isFalse();
        pending.end(List.of(ONE), true);
        assertThat(pending.has(ONE)).isFalse();
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void aWriteThatDidNotFollowIsBehindUntilARepair() {
        Pending pending = new Pending(10);
        pending.begin(List.of(ONE));
        assertThat(pending.behind()).as("it runs").isEmpty();
        pending.end(List.of(ONE), false);
        Map<PartitionId, Long> behind = pending.behind();
        assertThat(behind).containsOnlyKeys(ONE);
        pending.repaired(ONE, behind.getOrDefault(ONE, -1L));
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void aLaterWriteThatFollowedDoesNotMakeUpForOneThatDidNot() {
        Pending pending = new Pending(10);
        pending.begin(List.of(ONE));
        pending.end(List.of(ONE), false);
        pending.begin(List.of(ONE));
        pending.end(List.of(ONE), true);
        assertThat(pending.behind()).containsOnlyKeys(ONE);
    }

    @Test
    void aRepairDoesNotCoverAWriteThatCameAfterItBegan() {
        Pending pending = new Pending(10);
        pending.begin(List.of(ONE));
        pending.end(List.of(ONE), false);
        long repaired = pending.behind().getOrDefault(ONE, -1L);
        pending.begin(List.of(ONE));
        pending.repaired(ONE, repaired);
        assertThat(pending.has(ONE)).as("a write runs").isTrue();
        pending.repaired(ONE, repaired + 1);
        assertThat(pending.has(ONE)).as("a write runs").isTrue();
        pending.end(List.of(ONE), false);
        pending.repaired(ONE, repaired);
        assertThat(pending.has(ONE)).as("a write came after").isTrue();
    }
}
