package io.storeway.cli;

/** What the command tells the shell. */
final class ExitCode {

    /** All is well. */
    static final int CLEAN = 0;
    /** The command failed. */
    static final int FAILED = 1;
    /** There are differences, or items kept as residue; of a plan, that the target would refuse items. */
    static final int DIFFERENCES = 2;
    /** A migration is not at its end. */
    static final int INCOMPLETE = 3;
    /** The command was not understood. */
    static final int USAGE = 64;

    private ExitCode() {}
}
