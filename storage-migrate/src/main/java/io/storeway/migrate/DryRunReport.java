package io.storeway.migrate;

import java.time.Duration;
import java.util.List;

/**
 * What would become of the source's items in a backfill into an empty target, found out without writing anything.
 *
 * @param plan what there is, and what has no place
 * @param duration how long the dry run took
 * @param estimatedTime a rough guess of how long a backfill takes: four times as long as this reading. The real time depends on the
 *     target and its disk
 * @param entities one line for each entity type, in the order in which they are moved
 */
public record DryRunReport(MigrationPlan plan, Duration duration, Duration estimatedTime, List<Entity> entities) {

    /** How many items of each sort are named. */
    public static final int MAX_EXAMPLES = 20;

    /** Copies the list. */
    public DryRunReport {
        entities = List.copyOf(entities);
    }

    /** How many items the target would refuse. */
    public long residue() {
        return entities.stream()
                .flatMap(entity -> entity.refused().stream())
                .mapToLong(ResidueCount::count)
                .sum();
    }

    /** Whether every item would become a row, and nothing would stay behind. */
    public boolean clean() {
        return plan.uncovered().isEmpty()
                && plan.entities().stream()
                        .allMatch(entity -> entity.notCarried().isEmpty())
                && entities.stream()
                        .allMatch(entity ->
                                entity.refused().isEmpty() && entity.orphans() == 0 && entity.numberAndText() == 0);
    }

    /**
     * What was found of an entity type. Every item is counted as exactly one of rows, expired, or refused.
     *
     * @param entity the name of the type
     * @param partitions partitions read
     * @param items items read
     * @param rows items that would become rows
     * @param expired items that have expired
     * @param bytes the size of the items as JSON text
     * @param refused items that the target would refuse, by rule; malformed blobs are the kind INVALID
     * @param examples the first refused items of each rule, {@value DryRunReport#MAX_EXAMPLES} at most
     * @param orphans items that refer to a record that is not there, whether the target checks references or not
     * @param orphanExamples the partitions of the first orphans, as {@link io.storeway.Key#text} writes them
     * @param numberAndText items whose id is also there in the other form: as a JSON number and as a string
     */
    public record Entity(
            String entity,
            long partitions,
            long items,
            long rows,
            long expired,
            long bytes,
            List<ResidueCount> refused,
            List<ResidueItem> examples,
            long orphans,
            List<String> orphanExamples,
            long numberAndText) {

        /** Copies the lists. */
        public Entity {
            refused = List.copyOf(refused);
            examples = List.copyOf(examples);
            orphanExamples = List.copyOf(orphanExamples);
        }
    }
}
