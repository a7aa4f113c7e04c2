package io.storeway.migrate;

import io.storeway.spi.Inventory;
import java.util.List;

/**
 * What a migration would do, found out without writing anything.
 *
 * @param source the name of the storage that is read
 * @param target the name of the storage that is written
 * @param entities one line for each entity type, in the order in which they are moved
 * @param uncovered what the source holds and no entity type covers; it stays where it is
 * @param cautions what the pair of storages can't promise, one sentence each
 * @param hash changes when the entity types or the pair of storages change in a way that matters for a resumed run
 */
public record MigrationPlan(
        String source,
        String target,
        List<Entity> entities,
        List<Inventory.Uncovered> uncovered,
        List<String> cautions,
        String hash) {

    /** Copies the lists. */
    public MigrationPlan {
        entities = List.copyOf(entities);
        uncovered = List.copyOf(uncovered);
        cautions = List.copyOf(cautions);
    }

    /**
     * What is known of an entity type before it is moved.
     *
     * @param entity the name of the type
     * @param units how many keys or rows the source has
     * @param bytes the size of their values, 0 where the source doesn't say
     * @param notCarried one sentence for each thing that the target can't keep
     */
    public record Entity(String entity, long units, long bytes, List<String> notCarried) {
        /** Copies the list. */
        public Entity {
            notCarried = List.copyOf(notCarried);
        }
    }
}
