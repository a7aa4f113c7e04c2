package io.storeway.migrate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a comparison of both sides, in both directions, has found.
 *
 * @param startedAt when it began
 * @param duration how long it took
 * @param coverage the share of the partitions that was compared; 1 is all of them
 * @param entities the result for each entity type
 */
public record VerificationReport(Instant startedAt, Duration duration, double coverage, List<Entity> entities) {

    /** Copies the list. */
    public VerificationReport {
        entities = List.copyOf(entities);
    }

    /** Whether all partitions of both sides were compared. */
    public boolean full() {
        return coverage == 1;
    }

    /**
     * Whether no difference was found in what was compared, and no partition changed at every look. An item that is a row on one side
     * and residue with the same content on the other is no difference.
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
     * @param sourceItems rows and residue items compared at the source, without expired ones
     * @param targetItems rows and residue items compared at the target, without expired ones
     * @param residue how many of the target's items are residue
     * @param differences how many items differ
     * @param passing how many partitions differed at first and were equal at a later look
     * @param moving how many partitions differed at every look and changed between
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
