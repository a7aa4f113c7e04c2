package io.storeway.testkit.schedule;

/** Sets up a run: fresh stores, threads, and checks of what the threads leave. Called again for every run. */
@FunctionalInterface
public interface Program {

    /**
     * Describes the run by calls of {@link Run#thread} and {@link Run#afterwards}.
     *
     * @throws Exception whatever makes the run fail
     */
    void prepare(Run run) throws Exception;

    /** The work of a thread, or a check. */
    @FunctionalInterface
    interface Task {
        /**
         * Does the work.
         *
         * @throws Exception whatever makes the run fail
         */
        void run() throws Exception;
    }
}
