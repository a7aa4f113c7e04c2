package io.storeway.testkit.laws;

/**
 * How much clients do at the same time. It grows with the command lists of the other laws, up to ten thousand calls; a key gets
 * about a hundred of them, more of which nobody could put into an order in time.
 *
 * @param calls how many each client makes
 */
record ClientLoad(int calls) {

    static final int CLIENTS = 8;
    static final int HISTORIES = Math.max(5, Conformance.EFFORT * 3 / 2);

    private static final int LEAST_CALLS = 60;
    private static final int MOST_CALLS = 1_250;
    private static final int LISTS_PER_CALL = 4;
    private static final int CALLS_PER_KEY = 100;

    /** The load that goes with so many command lists. */
    static ClientLoad of(int lists) {
        return new ClientLoad(Math.max(LEAST_CALLS, Math.min(lists / LISTS_PER_CALL, MOST_CALLS)));
    }

    /** How many keys they share. */
    int keys() {
        return CLIENTS * calls / CALLS_PER_KEY;
    }
}
