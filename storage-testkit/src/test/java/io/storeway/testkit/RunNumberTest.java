package io.storeway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunNumberTest {

    private static final String PROPERTY = "storeway.number.of.test";

    @AfterEach
    void clear() {
        System.clearProperty(PROPERTY);
    }

    @Test
    void aNumberIsTakenAndWithoutOneTheGivenOne() {
        assertThat(RunNumber.of(PROPERTY, 7)).isEqualTo(7);
        System.setProperty(PROPERTY, "-12345678901");
        assertThat(RunNumber.of(PROPERTY, 7)).isEqualTo(-12_345_678_901L);
        System.setProperty(PROPERTY, "10");
        assertThat(RunNumber.positive(PROPERTY, 1)).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "", "1.5", "10x", "99999999999999999999"})
    void whatIsNoNumberIsRefusedByItsName(String text) {
        System.setProperty(PROPERTY, text);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunNumber.of(PROPERTY, 1))
                .withMessage("-D" + PROPERTY + "=" + text + " is no whole number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "3000000000"})
    void aRunOfNothingIsRefused(String text) {
        System.setProperty(PROPERTY, text);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunNumber.positive(PROPERTY, 1))
                .withMessageContaining("is not between 1 and");
    }
}
