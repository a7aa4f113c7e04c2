package io.storeway.migrate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The end of a comparison of both sides in both directions.
 *
 * @param startedAt when it began
 * @param duration how long it took
 * @param coverage which part of the partitions was compared: 1 for all of them
 * @param entities the result for each entity type
 */
public record VerificationReport(Instant startedAt, Duration duration, double coverage, List<Entity> entities) {

    /** Copies the list. */
    public VerificationReport {
        entities = List.copyOf(entities);
    }

    /** Whether every partition of both sides was read. */
    public boolean full() {
        return coverage == 1;
    }

    /**
     * Whether no difference was found in what was compared, and nothing went on moving. Residue that both sides agree on is
     * no difference.
     */
    public boolean equal() {
        return entities.stream().allMatch(entity -> entity.differences() == 0 && entity.moving() == 0);
    }

    /**
     * The result for one entity type.
     *
     * @param entity the name of the type
     * @param sourcePartitions partitions compared at the source
     * @param targetPartitions partitions compared at the target
     * @param sourceItems rows and residue items compared at the source, expired ones apart
     * @param targetItems rows and residue items compared at the target, expired ones apart
     * @param residue how many of the target's items are residue
     * @param differences how many items differ
     * @param passing how many partitions differed at first and were equal when they were looked at again
     * @param moving how many partitions differed and changed each time they were looked at
     * @param examples the first differences, {@value Verification#MAX_EXAMPLES} at most
     */
    public record Entity(
            String entity,
            long sourcePartitions,
            long targetPartitions,
            long sourceItems,
            long targetItems,
            long residue,
            long differences,
            long passing,
            long moving,
            List<Difference> examples) {

        /** Copies the list. */
        public Entity {
            examples = List.copyOf(examples);
        }
    }
}
