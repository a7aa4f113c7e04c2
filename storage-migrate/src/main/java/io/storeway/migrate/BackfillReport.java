package io.storeway.migrate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run of a backfill has done.
 *
 * @param startedAt when this run began
 * @param duration how long this run took
 * @param writes how many rows, residue items and deletions this run wrote to the target; 0 if there was nothing to do
 * @param resumed whether this run went on where an interrupted one had stopped
 * @param entities the state of each entity type, in the order in which they were moved
 * @param stopped why this run stopped before its end, or null if it came to its end
 */
public record BackfillReport(
        Instant startedAt,
        Duration duration,
        long writes,
        boolean resumed,
        List<EntityProgress> entities,
        @Nullable StopReason stopped) {

    /** Copies the list. */
    public BackfillReport {
        entities = List.copyOf(entities);
    }

    /** Whether the run came to its end. If not, the next one goes on where it stopped. */
    public boolean complete() {
        return stopped == null;
    }

    /** Whether the run came to its end and every item became a row. */
    public boolean clean() {
        return complete() && entities.stream().allMatch(entity -> entity.status() == RunStatus.DONE);
    }
}
