package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The limits of a policy's numbers. */
class RollbackPolicyTest {

    @ParameterizedTest
    @CsvSource({
        "-1, 1, 5, 5, 5, 100, 2, errorPercent", "101, 1, 5, 5, 5, 100, 2, errorPercent",
        "1, 0, 5, 5, 5, 100, 2, slow is", "1, -1, 5, 5, 5, 100, 2, slow is",
        "1, 1, -1, 5, 5, 100, 2, slowPercent", "1, 1, 101, 5, 5, 100, 2, slowPercent",
        "1, 1, 5, 0, 5, 100, 2, minutes", "1, 1, 5, 7, 5, 100, 2, minutes",
        "1, 1, 5, 5, -1, 100, 2, failurePercent", "1, 1, 5, 5, 101, 100, 2, failurePercent",
        "1, 1, 5, 5, 5, 0, 2, minimumCalls", "1, 1, 5, 5, 5, 100, 0.9, timesWorse"
    })
    void aLimitThatMakesNoSenseIsRefused(
            double errors,
            long slowSeconds,
            double slow,
            int minutes,
            double failures,
            long calls,
            double times,
            String rule) {
        Duration limit = Duration.ofSeconds(slowSeconds);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RollbackPolicy(errors, limit, slow, minutes, failures, calls, times))
                .withMessageContaining(rule);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1, 0, 1, 1", "100, 100, 6, 100, 1, 1"})
    void theEdgesOfTheLimitsAreTaken(
            double errors, double slow, int minutes, double failures, long calls, double times) {
        RollbackPolicy policy = new RollbackPolicy(errors, Duration.ofNanos(1), slow, minutes, failures, calls, times);
        assertThat(policy.minutes()).isEqualTo(minutes);
    }
}
