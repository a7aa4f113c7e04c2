package io.storeway.migrate.routing.internal.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.migrate.routing.internal.replication.PartitionId;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    @Test
    void whatIsRefusedForGoodIsNotTriedForever() {
        Refusals refusals = new Refusals();
        PartitionId id = new PartitionId("books", "1");
        refusals.refused(id);
        int tries = 0;
        for (int round = 0; round < 2_000; round++) {
            for (PartitionId due : refusals.due()) {
                tries++;
                refusals.refused(due);
            }
        }
        assertThat(tries).isEqualTo(10);
    }
}
