package io.storeway.migrate.routing.internal.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is read from the new storage is the same on every machine, and a larger share takes nobody back. */
class CohortsTest {

    private static final List<String> KEYS =
            IntStream.range(0, 5_000).mapToObj(i -> "key " + i).toList();

    private static Cohorts share(int percent) {
        return new Cohorts("books", percent, Set.of("in"), Set.of("out"));
    }

    @ParameterizedTest
    @CsvSource({"books, 42, 535", "books, 43, 251", "default, ключ, 59", "default, '', 750"})
    void theSlotOfAKeyIsFixed(String migration, String key, int slot) {
        assertThat(Cohorts.slot(migration, key)).isEqualTo(slot);
    }

    @Test
    void aLargerShareContainsASmallerOne() {
        for (int percent = 0; percent < 100; percent++) {
            Cohorts larger = share(percent + 1);
            assertThat(KEYS.stream().filter(share(percent)::readsNew)).allMatch(larger::readsNew);
        }
    }

    @Test
    void aShareTakesThatPartOfTheSlotsRoundedUp() {
        Map<Integer, String> keys = new HashMap<>();
        for (int i = 0; keys.size() < Cohorts.SLOTS; i++) {
            keys.putIfAbsent(Cohorts.slot("books", "key " + i), "key " + i);
        }
        for (int percent = 0; percent <= 100; percent++) {
            assertThat(keys.values().stream().filter(share(percent)::readsNew))
                    .as("%d percent", percent)
                    .hasSize((int) Math.ceil(percent * Cohorts.SLOTS / 100.0));
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "10", "50", "99", "100"})
    void aShareIsAboutAsLargeAsItSays(int percent) {
        long there = KEYS.stream().filter(share(percent)::readsNew).count();
        assertThat(there).isBetween(KEYS.size() * (percent - 2L) / 100, KEYS.size() * (percent + 2L) / 100);
    }

    @ParameterizedTest
    @CsvSource({"0", "50", "100"})
    void whoIsNamedStaysWhereItIsWhateverTheShare(int percent) {
        assertThat(share(percent).readsNew("in")).isTrue();
        assertThat(share(percent).readsNew("out")).isFalse();
    }
}
