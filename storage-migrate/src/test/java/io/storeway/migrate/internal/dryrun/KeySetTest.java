package io.storeway.migrate.internal.dryrun;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Key;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeySetTest {

    @Test
    void keySetsKnowTheirKeys() {
        KeySet keys = new KeySet();
        assertThat(IntStream.range(0, 20_000).allMatch(i -> keys.add(Key.of("k" + i, i))))
                .isTrue();
        assertThat(IntStream.range(0, 20_000).noneMatch(i -> keys.add(Key.of("k" + i, i))))
                .isTrue();
        assertThat(IntStream.range(0, 20_000).noneMatch(i -> keys.contains(Key.of("k" + i, i + 1))))
                .isTrue();
    }
}
