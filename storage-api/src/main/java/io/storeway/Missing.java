package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What to do about a file, folder, table or index that doesn't exist when a storage is opened. */
public enum Missing {
    /** It is made. */
    CREATE,
    /** Nothing is made; an error names it and says how to make it. */
    REFUSE,
    /**
     * Nothing is made, and what exists is checked. A missing file is replaced by an empty storage in memory, and a missing table of a
     * key-value store reads as empty; other calls that need a missing table fail. Such a storage can still say what it is and what it can
     * do, which is enough for a plan.
     */
    ALLOW;

    /**
     * Whether a file or folder has to be replaced by something empty, because it doesn't exist and may not be made; for authors of
     * providers.
     *
     * @throws StorageUnavailableException if it doesn't exist, and that is refused
     */
    public boolean standsInFor(Path path) {
        if (this == CREATE || !Files.notExists(path)) {
            return false;
        }
        if (this == REFUSE) {
            throw new StorageUnavailableException(path + " does not exist", ErrorContext.of("open"), null);
        }
        return true;
    }
}
