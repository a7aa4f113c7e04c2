package io.storeway.migrate.internal.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

    @Test
    void aFixedSizeStaysAsItIs() {
        BatchSize size = BatchSize.of(7, Long.MAX_VALUE);
        size.took(7, TimeUnit.SECONDS.toNanos(30));
        assertThat(size.size()).isEqualTo(7);
    }

    @Test
    void fastBatchesGrowUpToALimit() {
        BatchSize size = BatchSize.of(0, Long.MAX_VALUE);
        int before = size.size();
        size.took(before, TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(size.size()).isEqualTo(2 * before);
        for (int i = 0; i < 10; i++) {
            size.took(size.size(), TimeUnit.MILLISECONDS.toNanos(1));
        }
        assertThat(size.size()).isEqualTo(BatchSize.LARGEST);
    }

    @Test
    void slowBatchesShrinkUntilTheyTakeTheWantedTime() {
        BatchSize size = BatchSize.of(0, Long.MAX_VALUE);
        for (int i = 0; i < 30; i++) {
            size.took(size.size(), size.size() * TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(size.size()).isEqualTo(50);
        for (int i = 0; i < 30; i++) {
            size.took(size.size(), size.size() * TimeUnit.SECONDS.toNanos(10));
        }
        assertThat(size.size()).isEqualTo(BatchSize.SMALLEST);
    }

    @Test
    void aBatchIsNoLargerThanWhatMayBeReadInASecond() {
        assertThat(BatchSize.of(0, 20).size()).isEqualTo(20);
        assertThat(BatchSize.of(100, 20).size()).isEqualTo(20);
    }
}
