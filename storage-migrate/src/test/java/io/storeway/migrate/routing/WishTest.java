package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a flag may say of a stage. */
class WishTest {

    @ParameterizedTest
    @CsvSource({"ramp-down, RAMP_DOWN", " READ_NEW , READ_NEW", "dualwrite, DUAL_WRITE", "Off, OFF"})
    void aFlagNamesAStageInAnySpelling(String text, Stage stage) {
        assertThat(Wish.parse(text)).isEqualTo(new Wish(stage, OptionalInt.empty(), true));
    }

    @Test
    void aFlagIsASwitchOrAStageWithAShare() {
        assertThat(Wish.parse("true")).isEqualTo(Wish.NONE);
        assertThat(Wish.parse("false")).isEqualTo(Wish.killed());
        assertThat(Wish.parse("read_new 0")).isEqualTo(new Wish(Stage.READ_NEW, OptionalInt.of(0), true));
        assertThat(Wish.parse("read_new 100")).isEqualTo(new Wish(Stage.READ_NEW, OptionalInt.of(100), true));
        assertThat(Wish.readNew("true")).isTrue();
        assertThat(Wish.readNew(" false ")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "true 5", "read_new 5 5", "live 5", "read_new -1", "read_new 101", "switching", "x"})
    void aFlagThatSaysAnythingElseIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Wish.parse(text));
        assertThatIllegalArgumentException().isThrownBy(() -> Wish.readNew(text));
    }
}
