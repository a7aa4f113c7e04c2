package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an instance reads from the deciding side because the other one may lack its own writes. */
class PendingTest {

    private static final PartitionId ONE = new PartitionId("entries", "one");
    private static final PartitionId TWO = new PartitionId("entries", "two");

    private final Pending pending = new Pending();

    @Test
    void aWriteThatFollowedIsForgottenWhenTheLastOneOfItsPartitionEnds() {
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
        pending.begin(List.of(ONE));
        assertThat(pending.behind()).as("it runs").isEmpty();
        pending.end(List.of(ONE), false);
        Map<PartitionId, Long> behind = pending.behind();
        assertThat(behind).containsOnlyKeys(ONE);
        pending.repaired(ONE, behind.get(ONE));
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void aLaterWriteThatFollowedDoesNotMakeUpForOneThatDidNot() {
        pending.begin(List.of(ONE));
        pending.end(List.of(ONE), false);
        pending.begin(List.of(ONE));
        pending.end(List.of(ONE), true);
        assertThat(pending.behind()).containsOnlyKeys(ONE);
    }

    @Test
    void aRepairDoesNotCoverAWriteThatCameAfterItBegan() {
        pending.begin(List.of(ONE));
        pending.end(List.of(ONE), false);
        long repaired = pending.behind().get(ONE);
        pending.begin(List.of(ONE));
        pending.repaired(ONE, repaired);
        assertThat(pending.has(ONE)).as("a write runs").isTrue();
        pending.repaired(ONE, repaired + 1);
        assertThat(pending.has(ONE)).as("a write runs").isTrue();
        pending.end(List.of(ONE), false);
        pending.repaired(ONE, repaired);
        assertThat(pending.has(ONE)).as("a write came after").isTrue();
    }

    @Test
    void tooManyCountAsAllUntilNoMarkIsLeft() {
        List<PartitionId> many = IntStream.rangeClosed(0, 100_000)
                .mapToObj(i -> new PartitionId("entries", "p" + i))
                .toList();
        pending.begin(many);
        assertThat(pending.has(ONE)).isFalse();
        pending.begin(List.of(TWO));
        assertThat(pending.has(ONE)).isTrue();
        pending.end(many, true);
        pending.end(List.of(TWO), true);
        assertThat(pending.isEmpty()).isFalse();
        pending.clearOverflow();
        assertThat(pending.isEmpty()).isTrue();
        assertThat(pending.has(ONE)).isFalse();
    }
}
