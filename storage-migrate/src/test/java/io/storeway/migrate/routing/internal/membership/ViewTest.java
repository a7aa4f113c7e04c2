package io.storeway.migrate.routing.internal.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.StageRecord.Cause;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which side a stage names for reads. */
class ViewTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Cause CAUSE = new Cause("ann", "on", NOON);
    private static final StageRecord OFF = new StageRecord(
            "books", "id", Stage.OFF, Stage.OFF, 1, 1, 0, List.of(), List.of(), false, false, List.of(), "", "created",
            "ann", NOON);

    @ParameterizedTest
    @CsvSource({
        "OFF, OLD",
        "DUAL_WRITE, OLD",
        "SHADOW, OLD",
        "READ_NEW, NEW",
        "SWITCHING, OLD",
        "LIVE, NEW",
        "RAMP_DOWN, NEW",
        "COMPLETE, NEW"
    })
    void aShareOfAllIsReadWhereTheStageSays(Stage stage, Side reads) {
        StageRecord record = OFF.change(CAUSE).stage(stage).percent(100).record();
        assertThat(new View(record).reads(() -> "any")).isEqualTo(reads);
        assertThat(new View(record).readsAcross()).isEqualTo(reads);
    }

    @Test
    void whoeverIsReadInTheStageBeforeIsReadWhileItSwitches() {
        StageRecord live = OFF.change(CAUSE).stage(Stage.LIVE).record();
        StageRecord switching =
                live.change(CAUSE).stage(Stage.SWITCHING).nextTerm().record();
        assertThat(new View(switching).reads(() -> "any")).isEqualTo(Side.NEW);
    }

    @Test
    void thoseWhoAreNamedAreReadAsNamedInAShareOfAll() {
        StageRecord all = OFF.change(CAUSE)
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
}
