package io.storeway.testkit.laws;

/**
 * How many calls concurrent clients make. The number grows with that of the command lists, up to ten thousand calls; each key gets about
 * a hundred, because the search for an order of more takes too long.
 *
 * @param calls the number of calls that each client makes
 */
record ClientLoad(int calls) {

    static final int CLIENTS = 8;
    /** How many histories are recorded and checked. */
    static final int HISTORIES = Math.max(5, Conformance.EFFORT * 3 / 2);

    private static final int MIN_CALLS = 60;
    private static final int MAX_CALLS = 1_250;
    private static final int LISTS_PER_CALL = 4;
    private static final int CALLS_PER_KEY = 100;

    /** The load for that number of command lists. */
    static ClientLoad of(int lists) {
        return new ClientLoad(Math.max(MIN_CALLS, Math.min(lists / LISTS_PER_CALL, MAX_CALLS)));
    }

    /** The number of keys that the clients share. */
    int keys() {
        return CLIENTS * calls / CALLS_PER_KEY;
    }
}
