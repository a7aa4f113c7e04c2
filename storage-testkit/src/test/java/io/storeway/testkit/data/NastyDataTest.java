package io.storeway.testkit.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NastyDataTest {

    private static boolean wellFormed(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    @Test
    void textsAreWellFormedAndDifferent() {
        assertThat(NastyData.texts()).doesNotHaveDuplicates().allMatch(NastyDataTest::wellFormed);
        assertThat(NastyData.ids())
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(70)
                .doesNotContain("");
        assertThat(NastyData.malformedTexts()).noneMatch(NastyDataTest::wellFormed);
    }

    @Test
    void aSeedRepeatsItsTexts() {
        SplittableRandom one = new SplittableRandom(5);
        SplittableRandom same = new SplittableRandom(5);
        for (int i = 0; i < 1_000; i++) {
            String text = NastyData.text(one);
            assertThat(text).isEqualTo(NastyData.text(same)).matches(NastyDataTest::wellFormed);
        }
    }

    @Test
    void aTextForALimitHasThatLength() {
        for (int length : new int[] {0, 1, 2, 3, 70_000}) {
            assertThat(NastyData.text(length)).hasSize(length);
        }
    }
}
