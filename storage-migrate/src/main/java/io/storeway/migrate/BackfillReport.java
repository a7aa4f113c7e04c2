package io.storeway.migrate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The end of a backfill.
 *
 * @param startedAt when this run began
 * @param duration how long this run took
 * @param writes how many rows, residue items and deletions this run wrote to the target; 0 if there was nothing to do
 * @param resumed whether this run went on where an interrupted one had stopped
 * @param entities the state of each entity type, in the order in which they were moved
 */
public record BackfillReport(
        Instant startedAt, Duration duration, long writes, boolean resumed, List<EntityProgress> entities) {

    /** Copies the list. */
    public BackfillReport {
        entities = List.copyOf(entities);
    }

    /** Whether every item became a row. */
    public boolean clean() {
        return entities.stream().allMatch(entity -> entity.status() == RunStatus.DONE);
    }
}
