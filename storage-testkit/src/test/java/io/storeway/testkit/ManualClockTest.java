package io.storeway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ManualClockTest {

    @Test
    void aClockInAnotherZoneShowsTheSameTimeAndMovesAlong() {
        ManualClock clock = new ManualClock(Instant.parse("2026-01-01T23:30:00Z"));
        Clock berlin = clock.withZone(ZoneId.of("Europe/Berlin"));
        assertThat(LocalDate.now(clock)).isEqualTo(LocalDate.of(2026, 1, 1));
        assertThat(LocalDate.now(berlin)).isEqualTo(LocalDate.of(2026, 1, 2));
        clock.advance(Duration.ofDays(1));
        assertThat(berlin.instant()).isEqualTo(clock.instant());
        assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
        assertThat(berlin.getZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    }
}
