package io.storeway.migrate.routing.internal.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.internal.control.StageRecord.Cause;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of stages, and the record of one. */
class StagesTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456Z");
    private static final Cause CAUSE = new Cause("ann", "on", NOON);

    @ParameterizedTest
    @CsvSource({
        "OFF, OLD, false, DUAL_WRITE,", "DUAL_WRITE, OLD, true, SHADOW, OFF",
        "SHADOW, OLD, true, READ_NEW, DUAL_WRITE", "READ_NEW, OLD, true, LIVE, SHADOW",
        "SWITCHING, , false, ,", "LIVE, NEW, true, RAMP_DOWN, READ_NEW",
        "RAMP_DOWN, NEW, true, COMPLETE, READ_NEW", "COMPLETE, NEW, false, ,"
    })
    void theTableOfStages(Stage stage, Side authority, boolean dual, Stage next, Stage previous) {
        assertThat(Stages.authority(stage).orElse(null)).isEqualTo(authority);
        assertThat(Stages.dual(stage)).isEqualTo(dual);
        assertThat(Stages.next(stage).orElse(null)).isEqualTo(next);
        assertThat(Stages.previous(stage).orElse(null)).isEqualTo(previous);
    }

    @Test
    void onlyAnotherDecidingSideMakesASwitch() {
        assertThat(Stages.switches(Stage.READ_NEW, Stage.LIVE)).isTrue();
        assertThat(Stages.switches(Stage.LIVE, Stage.READ_NEW)).isTrue();
        assertThat(Stages.switches(Stage.LIVE, Stage.RAMP_DOWN)).isFalse();
        assertThat(Stages.switches(Stage.OFF, Stage.DUAL_WRITE)).isFalse();
        assertThat(Stages.switches(Stage.SWITCHING, Stage.LIVE)).isFalse();
        assertThat(Stages.switches(Stage.READ_NEW, Stage.SWITCHING)).isFalse();
    }

    @Test
    void theStageBeforeIsReadWhileItSwitches() {
        StageRecord live =
                StageRecord.first("books", NOON).change(CAUSE).stage(Stage.LIVE).record();
        assertThat(live.change(CAUSE).stage(Stage.SWITCHING).record().reading()).isEqualTo(Stage.LIVE);
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
                .copied(List.of("books.title"))
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
                        List.of("books.title"),
                        CAUSE.reason(),
                        "why",
                        "bob",
                        Instant.parse("2026-01-01T12:00:00.123Z")));
        assertThat(after.change(CAUSE).stage(Stage.SHADOW).record().previous()).isEqualTo(Stage.READ_NEW);
    }
}
