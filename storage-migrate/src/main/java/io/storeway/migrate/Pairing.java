package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.Storage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * What every run of a migration works with.
 *
 * @param types in the order in which they are moved
 * @param pace how fast and how far runs go
 * @param clock judges expiry and gives the times of reports
 */
record Pairing(
        Storage source, Storage target, List<EntityType<?>> types, Pace pace, Clock clock, ProgressListener listener) {

    /** How many items a pass that only reads takes at once where nothing else is asked for. */
    private static final int READ_AT_ONCE = 1_000;

    /**
     * How fast and how far runs go.
     *
     * @param batch about how many items go into one unit of work, or 0 if that is to be found
     * @param workers how many threads write
     * @param readAhead whether a thread reads the next part while one is written
     * @param retries what is done about failures that pass
     * @param lease how long a process that gives no sign keeps what it has claimed
     * @param shared whether several processes share a backfill
     */
    record Pace(
            int batch,
            int workers,
            boolean readAhead,
            Retries retries,
            RunLimits limits,
            Timer timer,
            Gate gate,
            Duration lease,
            boolean shared) {}

    Planner planner() {
        return new Planner(source, target, types);
    }

    /** All pages of a side, for a pass that only reads. */
    Pages pages(Storage side, EntityType<?> type) {
        return new Pages(side.replica(), type, pace.retries(), null, this::readAtOnce, pace.readAhead());
    }

    int readAtOnce() {
        return pace.batch() > 0 ? pace.batch() : READ_AT_ONCE;
    }
}
