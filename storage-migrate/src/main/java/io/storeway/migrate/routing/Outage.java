package io.storeway.migrate.routing;

import io.storeway.error.StorageException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;

/**
 * Tells an outage from partitions that fail by themselves: so many calls in a row that found a storage out of reach. Each of them
 * may have taken as long as its driver waits. Not thread-safe.
 */
final class Outage {

    private static final int IN_A_ROW = 3;

    private int unreachable;

    void passed() {
        unreachable = 0;
    }

    void failed(StorageException failure) {
        boolean outOfReach = failure instanceof StorageUnavailableException
                || failure instanceof StorageTimeoutException
                || failure instanceof UnknownOutcomeException;
        unreachable = outOfReach ? unreachable + 1 : 0;
    }

    /** Whether nothing more is to be tried now. */
    boolean met() {
        return unreachable >= IN_A_ROW;
    }
}
