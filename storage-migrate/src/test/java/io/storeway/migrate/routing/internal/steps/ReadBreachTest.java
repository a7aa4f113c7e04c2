package io.storeway.migrate.routing.internal.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.migrate.routing.RollbackPolicy;
import io.storeway.migrate.routing.internal.membership.ReadMinute;
import io.storeway.migrate.routing.internal.membership.ReadMinute.Reads;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When minutes of reads speak for going back. The present minute is 100. */
class ReadBreachTest {

    private static final long NOW = 100;
    private static final Reads FINE = new Reads(1_000, 0, 0);

    private static SortedMap<Long, ReadMinute> minutes(long first, long last, Reads old, Reads fresh) {
        SortedMap<Long, ReadMinute> minutes = new TreeMap<>();
        for (long minute = first; minute <= last; minute++) {
            minutes.put(minute, new ReadMinute(minute, old, fresh));
        }
        return minutes;
    }

    private static boolean breach(SortedMap<Long, ReadMinute> minutes) {
        return new ReadBreach(RollbackPolicy.defaults()).found(minutes, NOW).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 50, 0, false",
        "1000, 51, 0, true",
        "99, 99, 0, false",
        "100, 6, 0, true",
        "1000, 80, 40, false",
        "1000, 81, 40, true"
    })
    void oneMinuteIsEnoughAboveFivePercentOfAHundredReadsAndTwiceTheOldSide(
            long calls, long failed, long failedOld, boolean goesBack) {
        Reads fresh = new Reads(calls, failed, 0);
        assertThat(breach(minutes(99, 99, new Reads(1_000, failedOld, 0), fresh)))
                .isEqualTo(goesBack);
    }

    @Test
    void neitherThePresentMinuteNorAnOlderOneIsASuddenFailure() {
        Reads broken = new Reads(1_000, 500, 0);
        assertThat(breach(minutes(100, 100, FINE, broken))).isFalse();
        assertThat(breach(minutes(98, 98, FINE, broken))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"95, 99, 11, true", "95, 99, 10, false", "96, 99, 11, false", "95, 98, 11, false", "96, 100, 11, false"
    })
    void aPercentOfErrorsHasToLastForTheFiveMinutesBeforeThePresentOne(
            long first, long last, long failed, boolean goesBack) {
        assertThat(breach(minutes(first, last, FINE, new Reads(1_000, failed, 0))))
                .isEqualTo(goesBack);
    }

    @ParameterizedTest
    @CsvSource({"51, true", "50, false"})
    void fivePercentOfSlowReadsHaveToLastAsLong(long slow, boolean goesBack) {
        assertThat(breach(minutes(95, 99, FINE, new Reads(1_000, 0, slow)))).isEqualTo(goesBack);
    }

    @Test
    void theStoryTellsTheFiguresOfBothSides() {
        assertThat(new ReadBreach(RollbackPolicy.defaults())
                        .found(minutes(99, 99, new Reads(400, 2, 0), new Reads(200, 15, 0)), NOW))
                .contains("in one minute 7.5 % of 200 reads of the new storage and 0.5 % of 400 of the old one failed");
        RollbackPolicy two = new RollbackPolicy(1, Duration.ofSeconds(1), 5, 2, 5, 100, 2);
        assertThat(new ReadBreach(two).found(minutes(98, 99, FINE, new Reads(1_000, 0, 60)), NOW))
                .contains("for 2 minutes 6.0 % of 1000 reads of the new storage and 0.0 % of 1000 of the old one took"
                        + " longer than PT1S, then 6.0 % of 1000 reads of the new storage and 0.0 % of 1000 of the old"
                        + " one took longer than PT1S");
    }

    @Test
    void neverMeansNever() {
        assertThat(new ReadBreach(RollbackPolicy.never())
                        .found(minutes(90, 99, FINE, new Reads(1_000, 1_000, 1_000)), NOW))
                .isEmpty();
    }
}
