package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What becomes of a file, folder, table or index that is not there when a storage is opened. */
public enum Missing {
    /** It is made. */
    CREATE,
    /** Nothing is made; an error names it and says how to make it. */
    REFUSE,
    /**
     * Nothing is made, and what is there is checked. Something empty in memory stands in place of a missing file, a missing
     * table of keys and values reads as empty, and other calls that need a missing table fail: such a storage says what it is and
     * what it can do, which is enough for a plan.
     */
    ALLOW;

    /**
     * Whether something empty has to stand in place of a file or folder, because it is not there and may not be made; for
     * authors of providers.
     *
     * @throws StorageUnavailableException if it is not there, and that is refused
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
