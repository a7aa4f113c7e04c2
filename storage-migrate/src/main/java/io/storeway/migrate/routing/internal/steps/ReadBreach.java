package io.storeway.migrate.routing.internal.steps;

import io.storeway.migrate.routing.RollbackPolicy;
import io.storeway.migrate.routing.internal.membership.ReadMinute;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The rules by which reads of the new storage breach a policy.
 *
 * @param policy the numbers of the rules
 */
record ReadBreach(RollbackPolicy policy) {

    /** The reason to go back that the minutes before the present one give, if they give one. */
    Optional<String> found(SortedMap<Long, ReadMinute> counted, long present) {
        return sudden(counted, present)
                .or(() -> lasting(counted, present, "failed", policy.errorPercent(), ReadMinute.Reads::failedPercent))
                .or(() -> lasting(
                        counted,
                        present,
                        "took longer than " + policy.slow(),
                        policy.slowPercent(),
                        ReadMinute.Reads::slowPercent));
    }

    private interface Share {
        double of(ReadMinute.Reads reads);
    }

    private Optional<String> sudden(SortedMap<Long, ReadMinute> counted, long present) {
        ReadMinute last = counted.get(present - 1);
        return last != null && worse(last, policy.failurePercent(), ReadMinute.Reads::failedPercent)
                ? Optional.of("in one minute " + told(last, "failed", ReadMinute.Reads::failedPercent))
                : Optional.empty();
    }

    private Optional<String> lasting(
            SortedMap<Long, ReadMinute> counted, long present, String what, double limit, Share share) {
        StringBuilder story = new StringBuilder();
        for (long minute = present - policy.minutes(); minute < present; minute++) {
            ReadMinute here = counted.get(minute);
            if (here == null || !worse(here, limit, share)) {
                return Optional.empty();
            }
            story.append(story.isEmpty() ? "" : ", then ").append(told(here, what, share));
        }
        return Optional.of("for " + policy.minutes() + " minutes " + story);
    }

    private boolean worse(ReadMinute minute, double limit, Share share) {
        double fresh = share.of(minute.fresh());
        return minute.fresh().calls() >= policy.minimumCalls()
                && fresh > limit
                && fresh > policy.timesWorse() * share.of(minute.old());
    }

    private static String told(ReadMinute minute, String what, Share share) {
        return String.format(
                Locale.ROOT,
                "%.1f %% of %d reads of the new storage and %.1f %% of %d of the old one %s",
                share.of(minute.fresh()),
                minute.fresh().calls(),
                share.of(minute.old()),
                minute.old().calls(),
                what);
    }
}
