package io.storeway.migrate.routing.internal.convergence;

import io.storeway.error.StorageException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;

/**
 * Tells an outage of a storage from single partitions that fail: several calls in a row found it out of reach. Then no more are
 * tried, because each may take as long as its driver waits. Not thread-safe.
 */
final class Outage {

    private static final int IN_A_ROW = 3;

    private int unreachable;

    void succeeded() {
        unreachable = 0;
    }

    void failed(StorageException failure) {
        unreachable = outOfReach(failure) ? unreachable + 1 : 0;
    }

    /** Whether a call found a storage out of reach, so that what was asked of it is not the reason. */
    static boolean outOfReach(Throwable failure) {
        return failure instanceof StorageUnavailableException
                || failure instanceof StorageTimeoutException
                || failure instanceof UnknownOutcomeException;
    }

    /** Whether there is an outage, so that nothing more is to be tried now. */
    boolean lasts() {
        return unreachable >= IN_A_ROW;
    }
}
