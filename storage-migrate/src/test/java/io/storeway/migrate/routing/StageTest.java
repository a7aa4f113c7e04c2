package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.storeway.migrate.routing.StageRecord.Cause;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of stages, the record of one, and what a flag may say of it. */
class StageTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456Z");
    private static final Cause CAUSE = new Cause("ann", "on", NOON);

    @ParameterizedTest
    @CsvSource({
        "OFF, OLD, false, DUAL_WRITE, , OLD", "DUAL_WRITE, OLD, true, SHADOW, OFF, OLD",
        "SHADOW, OLD, true, READ_NEW, DUAL_WRITE, OLD", "READ_NEW, OLD, true, LIVE, SHADOW, NEW",
        "SWITCHING, , false, , , OLD", "LIVE, NEW, true, RAMP_DOWN, READ_NEW, NEW",
        "RAMP_DOWN, NEW, true, COMPLETE, READ_NEW, NEW", "COMPLETE, NEW, false, , , NEW"
    })
    void theTableOfStages(Stage stage, Side authority, boolean dual, Stage next, Stage previous, Side reads) {
        assertThat(stage.authority().orElse(null)).isEqualTo(authority);
        assertThat(stage.dual()).isEqualTo(dual);
        assertThat(stage.next().orElse(null)).isEqualTo(next);
        assertThat(stage.previous().orElse(null)).isEqualTo(previous);
        StageRecord record = StageRecord.first("books", NOON)
                .change(CAUSE)
                .stage(stage)
                .percent(100)
                .record();
        assertThat(new View(record).reads(() -> "any")).isEqualTo(reads);
        assertThat(new View(record).readsAcross()).isEqualTo(reads);
    }

    @Test
    void onlyAnotherDecidingSideMakesASwitch() {
        assertThat(Stage.READ_NEW.switchesTo(Stage.LIVE)).isTrue();
        assertThat(Stage.LIVE.switchesTo(Stage.READ_NEW)).isTrue();
        assertThat(Stage.LIVE.switchesTo(Stage.RAMP_DOWN)).isFalse();
        assertThat(Stage.OFF.switchesTo(Stage.DUAL_WRITE)).isFalse();
        assertThat(Stage.SWITCHING.switchesTo(Stage.LIVE)).isFalse();
        assertThat(Stage.READ_NEW.switchesTo(Stage.SWITCHING)).isFalse();
    }

    @Test
    void whoeverIsReadInTheStageBeforeIsReadWhileItSwitches() {
        StageRecord live =
                StageRecord.first("books", NOON).change(CAUSE).stage(Stage.LIVE).record();
        StageRecord switching =
                live.change(CAUSE).stage(Stage.SWITCHING).nextTerm().record();
        assertThat(new View(switching).reads(() -> "any")).isEqualTo(Side.NEW);
        assertThat(switching.reading()).isEqualTo(Stage.LIVE);
    }

    @Test
    void aChangeRaisesTheEpochAndKeepsWhatItDoesNotName() {
        StageRecord before = StageRecord.first("books", NOON)
                .change(CAUSE)
                .stage(Stage.READ_NEW)
                .nextTerm()
                .percent(25)
                .overrides(List.of("in"), List.of("out"))
                .backfill(true, true)
                .frozen(true)
                .record();
        StageRecord after = before.change(new Cause("bob", "why", NOON)).record();
        assertThat(after)
                .isEqualTo(new StageRecord(
                        "books",
                        before.id(),
                        Stage.READ_NEW,
                        Stage.OFF,
                        3,
                        2,
                        25,
                        List.of("in"),
                        List.of("out"),
                        true,
                        true,
                        true,
                        "why",
                        "bob",
                        Instant.parse("2026-01-01T12:00:00.123Z")));
        assertThat(after.change(CAUSE).stage(Stage.SHADOW).record().previous()).isEqualTo(Stage.READ_NEW);
    }

    @Test
    void thoseWhoAreNamedAreReadAsNamedInAShareOfAll() {
        StageRecord all = StageRecord.first("books", NOON)
                .change(CAUSE)
                .stage(Stage.READ_NEW)
                .percent(100)
                .overrides(List.of(), List.of("out"))
                .record();
        assertThat(new View(all).reads(() -> "out")).isEqualTo(Side.OLD);
        assertThat(new View(all).reads(() -> "any")).isEqualTo(Side.NEW);
        assertThat(new View(all).readsAcross())
                .as("some are read from the old one")
                .isEqualTo(Side.OLD);
    }

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
