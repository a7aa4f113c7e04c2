package io.storeway.testkit.schedule;

/** Sets up one run: fresh stores, threads, and a check of what they leave. Called anew for every run. */
@FunctionalInterface
public interface Program {

    /**
     * Describes the run by calls of {@link Run#thread} and {@link Run#afterwards}.
     *
     * @throws Exception whatever makes the run fail
     */
    void prepare(Run run) throws Exception;

    /** A piece of a program. */
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
