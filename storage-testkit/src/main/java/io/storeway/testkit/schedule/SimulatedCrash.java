package io.storeway.testkit.schedule;

/** Simulates the death of the process in one thread. It is an Error, because code under test usually doesn't catch those. */
public final class SimulatedCrash extends Error {

    private static final long serialVersionUID = 1L;

    /** A crash at the point with that description. */
    public SimulatedCrash(String where) {
        super("crash at " + where);
    }
}
