package io.storeway.migrate;

import java.util.List;

/**
 * How far the backfill of an entity type has come, summed over all runs that continued each other. Every item that was
 * read is counted as exactly one of written, unchanged, stale, expired or residue.
 *
 * @param entity the name of the type
 * @param status how far it has come
 * @param partitions partitions read
 * @param items items read
 * @param written rows written
 * @param unchanged rows that were there already
 * @param stale rows that were not written because something newer was there
 * @param expired rows that had expired
 * @param residue items kept as residue
 * @param reasons the residue by reason
 */
public record EntityProgress(
        String entity,
        RunStatus status,
        long partitions,
        long items,
        long written,
        long unchanged,
        long stale,
        long expired,
        long residue,
        List<ResidueCount> reasons) {

    /** Copies the list. */
    public EntityProgress {
        reasons = List.copyOf(reasons);
    }
}
