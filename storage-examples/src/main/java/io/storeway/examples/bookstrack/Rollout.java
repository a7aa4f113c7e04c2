package io.storeway.examples.bookstrack;

import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageBlockedException;
import io.storeway.migrate.routing.StageControl;
import io.storeway.migrate.routing.StageStatus;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * Moves reads to the new storage in steps, as far as the flag wishes and the service stays healthy, and moves them all back
 * at once when it doesn't. After that it waits for somebody to unfreeze the migration.
 *
 * <p>One decision for each {@link #decide}, which a scheduler calls every some minutes: every step is watched for that long.
 */
final class Rollout {

    /** More than one request in a hundred fails. */
    static final double ERROR_RATE = 0.01;
    /** Five of a hundred requests take longer. */
    static final Duration P95 = Duration.ofSeconds(1);

    private static final String WHO = "rollout";
    private static final int[] STEPS = {1, 10, 50, 100};

    /** What was decided. */
    enum Decision {
        /** Everything stays as it is. */
        STAY,
        /** More reads are answered by the new storage. */
        RAISED,
        /** Fewer reads are, as the flag wishes. */
        LOWERED,
        /** The service is not well: all reads go back. */
        ROLLED_BACK
    }

    private final StageControl control;
    private final RequestMeter meter;
    private final ReadFlag flag;

    Rollout(StageControl control, RequestMeter meter, ReadFlag flag) {
        this.control = control;
        this.meter = meter;
        this.flag = flag;
    }

    /** Looks at the service and at the flag, and takes one step. */
    Decision decide() {
        StageStatus now = control.status();
        Health health = meter.sinceLast();
        OptionalInt wish = flag.share();
        if (now.stage() == Stage.READ_NEW) {
            String trouble = trouble(health, now);
            if (!trouble.isEmpty()) {
                control.rollback(WHO, trouble);
                control.freeze(WHO, trouble);
                return Decision.ROLLED_BACK;
            }
            return wish.isPresent() ? towards(wish.getAsInt(), now.percent()) : Decision.STAY;
        }
        if (now.stage() == Stage.SHADOW && wish.orElse(0) > 0) {
            return begin();
        }
        return Decision.STAY;
    }

    private static String trouble(Health health, StageStatus now) {
        if (health.errorRate() > ERROR_RATE) {
            return health.errors() + " of " + health.requests() + " requests failed";
        }
        if (health.p95().compareTo(P95) > 0) {
            return "the 95th percentile is " + health.p95().toMillis() + " ms";
        }
        long mismatches = now.instances().stream()
                .mapToLong(StageStatus.Participant::mismatches)
                .sum();
        return mismatches > 0 ? mismatches + " reads of both sides differed" : "";
    }

    private Decision begin() {
        try {
            control.advance(WHO, "the flag wishes it");
            control.percent(STEPS[0], WHO, "the flag wishes it");
            return Decision.RAISED;
        } catch (StageBlockedException e) {
            return Decision.STAY;
        }
    }

    private Decision towards(int wished, int share) {
        if (wished < share) {
            control.percent(wished, WHO, "the flag wishes it");
            return Decision.LOWERED;
        }
        for (int step : STEPS) {
            if (step > share && share < wished) {
                control.percent(Math.min(step, wished), WHO, "healthy at " + share + " percent");
                return Decision.RAISED;
            }
        }
        return Decision.STAY;
    }
}
