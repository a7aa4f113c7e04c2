package io.storeway.migrate.repair;

import io.storeway.migrate.Difference;
import java.util.List;

/**
 * What a repair has found and done.
 *
 * @param entities one line for each entity type
 */
public record RepairReport(List<Entity> entities) {

    /** Copies the list. */
    public RepairReport {
        entities = List.copyOf(entities);
    }

    /** Whether both sides are equal now. */
    public boolean equal() {
        return entities.stream().allMatch(entity -> entity.left() == 0 && entity.failed() == 0);
    }

    /**
     * What became of an entity type.
     *
     * @param entity its name
     * @param missing items that only the source had
     * @param extra items that only the target had
     * @param value items that differed
     * @param repaired partitions that were made equal, and found equal when they were read again
     * @param left partitions that were left as they are, because not all of their differences were of the kinds to repair
     * @param failed partitions that could not be made equal
     * @param examples the first differences, 100 at most
     * @param failures the first failures, 100 at most
     */
    public record Entity(
            String entity,
            long missing,
            long extra,
            long value,
            long repaired,
            long left,
            long failed,
            List<Difference> examples,
            List<Failure> failures) {

        /** Copies the lists. */
        public Entity {
            examples = List.copyOf(examples);
            failures = List.copyOf(failures);
        }

        /** How many items differed. */
        public long differences() {
            return missing + extra + value;
        }
    }

    /**
     * A partition that could not be made equal.
     *
     * @param partition its key as text
     * @param reason why, without values
     */
    public record Failure(String partition, String reason) {}
}
