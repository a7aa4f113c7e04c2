package io.storeway.kv.backup;

import java.util.List;

/**
 * What a restore has done. All entries of the backup were compared with the store afterwards.
 *
 * @param written entries that were missing or different and were written
 * @param unchanged entries that the store had already as they are in the backup
 * @param deleted keys that the backup lacks and that were deleted
 * @param others keys that the backup lacks and that the store still has
 * @param different entries that are missing or different in the store even after the restore, because somebody else writes to it
 * @param examples the keys of the first 10 of those
 */
public record RestoreReport(
        long written, long unchanged, long deleted, long others, long different, List<String> examples) {

    /** Copies the list. */
    public RestoreReport {
        examples = List.copyOf(examples);
    }

    /** Whether the store holds what the backup holds, and nothing else. */
    public boolean equal() {
        return others == 0 && different == 0;
    }
}
