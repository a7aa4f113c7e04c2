package io.storeway.migrate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The end of a full comparison of both sides in both directions. Every partition of both sides was read.
 *
 * @param startedAt when it began
 * @param duration how long it took
 * @param entities the result for each entity type
 */
public record VerificationReport(Instant startedAt, Duration duration, List<Entity> entities) {

    /** Copies the list. */
    public VerificationReport {
        entities = List.copyOf(entities);
    }

    /** Whether no difference was found. Residue that both sides agree on is no difference. */
    public boolean equal() {
        return entities.stream().allMatch(entity -> entity.differences() == 0);
    }

    /**
     * The result for one entity type.
     *
     * @param entity the name of the type
     * @param sourcePartitions partitions read at the source
     * @param targetPartitions partitions read at the target
     * @param sourceItems rows and residue items read at the source, expired ones apart
     * @param targetItems rows and residue items read at the target, expired ones apart
     * @param residue how many of the target's items are residue
     * @param differences how many items differ
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
            List<Difference> examples) {

        /** Copies the list. */
        public Entity {
            examples = List.copyOf(examples);
        }
    }
}
