package io.storeway.migrate.routing.internal.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.membership.ReadMinute.Reads;
import io.storeway.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReadHealthTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(6_000));
    private final ReadHealth health = new ReadHealth(clock, SECOND);

    private void read(Side side, Duration time) {
        assertThat(health.<String>watch(side, () -> {
                    clock.advance(time);
                    return "answer";
                }))
                .isEqualTo("answer");
    }

    private void fail(StorageException failure) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> health.watch(Side.NEW, () -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void readsAreCountedForTheirSideInTheMinuteTheyEndIn() {
        read(Side.OLD, Duration.ZERO);
        clock.advance(Duration.ofSeconds(59));
        read(Side.NEW, SECOND);
        read(Side.NEW, SECOND.plusNanos(1));
        assertThat(health.minutes())
                .containsExactly(
                        new ReadMinute(100, new Reads(1, 0, 0), Reads.NONE),
                        new ReadMinute(101, Reads.NONE, new Reads(2, 0, 1)));
    }

    @Test
    void whatIsWrongWithTheQuestionIsNoFailureOfTheSide() {
        fail(new StorageUnavailableException("gone", ErrorContext.of("find"), null));
        fail(new InvalidValueException("field", "is wrong", ErrorContext.of("find"), null));
        assertThat(health.minutes()).extracting(ReadMinute::fresh).containsExactly(new Reads(2, 1, 0));
    }

    @Test
    void theLatestEightMinutesAreKept() {
        for (int i = 0; i < 10; i++) {
            read(Side.NEW, Duration.ZERO);
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(health.minutes())
                .extracting(ReadMinute::minute)
                .containsExactly(102L, 103L, 104L, 105L, 106L, 107L, 108L, 109L);
    }

    @Test
    void anotherStageBeginsWithoutMinutes() {
        read(Side.NEW, Duration.ZERO);
        health.reset();
        assertThat(health.minutes()).isEmpty();
        read(Side.OLD, Duration.ZERO);
        assertThat(health.minutes()).containsExactly(new ReadMinute(100, new Reads(1, 0, 0), Reads.NONE));
    }

    @Test
    void aClockThatIsPutRightAfterAJumpAheadIsCountedByAgain() {
        clock.advance(Duration.ofDays(365));
        read(Side.NEW, Duration.ZERO);
        clock.advance(Duration.ofDays(-365));
        read(Side.NEW, Duration.ZERO);
        assertThat(health.minutes()).containsExactly(new ReadMinute(100, Reads.NONE, new Reads(1, 0, 0)));
    }

    @Test
    void aMinuteIsWrittenAsSevenNumbersAndReadBack() {
        ReadMinute minute = new ReadMinute(7, new Reads(1, 2, 3), new Reads(4, 5, 6));
        assertThat(minute.text()).isEqualTo("7 1 2 3 4 5 6");
        assertThat(ReadMinute.parse(minute.text())).isEqualTo(minute);
        assertThat(minute.plus(minute)).isEqualTo(new ReadMinute(7, new Reads(2, 4, 6), new Reads(8, 10, 12)));
    }

    @Test
    void noReadsAreNoFailures() {
        assertThat(Reads.NONE.failedPercent()).isZero();
        assertThat(Reads.NONE.slowPercent()).isZero();
    }
}
