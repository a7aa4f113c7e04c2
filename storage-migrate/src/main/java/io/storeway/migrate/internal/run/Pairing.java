package io.storeway.migrate.internal.run;

import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.RunLimits;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * The two storages of a migration and everything else that its runs share.
 *
 * @param types in the order in which they are moved
 * @param pace how fast and how far runs go
 * @param clock judges expiry and gives the times of reports
 */
public record Pairing(
        Storage source, Storage target, List<EntityType<?>> types, Pace pace, Clock clock, ProgressListener listener) {

    /** How many items a page has, in passes that only read, unless a batch size is set. */
    private static final int READ_AT_ONCE = 1_000;

    /**
     * How fast and how far runs go.
     *
     * @param batch about how many items go into one unit of work, or 0 to adapt it
     * @param workers how many threads write
     * @param readAhead whether a thread reads the next page while one is written
     * @param retries what is done about temporary failures
     * @param lease how long a process without a sign of life keeps what it has taken
     * @param shared whether several processes share a backfill
     */
    public record Pace(
            int batch,
            int workers,
            boolean readAhead,
            Retries retries,
            RunLimits limits,
            Timer timer,
            Gate gate,
            Duration lease,
            boolean shared) {}

    public Planner planner() {
        return new Planner(source, target, types);
    }

    /** All pages of a side, for a pass that only reads. */
    public Pages pages(Storage side, EntityType<?> type) {
        return new Pages(side.replica(), type, pace.retries(), null, this::readAtOnce, pace.readAhead());
    }

    public int readAtOnce() {
        return pace.batch() > 0 ? pace.batch() : READ_AT_ONCE;
    }
}
