package io.storeway.testkit.schedule;

/** The death of the process, as far as a test can play it. An Error, because code under test doesn't catch those. */
public final class SimulatedCrash extends Error {

    private static final long serialVersionUID = 1L;

    /** A crash at a point, described for people. */
    public SimulatedCrash(String where) {
        super("crash at " + where);
    }
}
