package io.storeway.cli;

/** The exit codes of the command. */
final class ExitCode {

    /** Success, without differences or open residue. */
    static final int CLEAN = 0;
    /** The command failed. */
    static final int FAILED = 1;
    /** There are differences, or residue that nobody has accepted; for {@code plan}, items that the target would refuse. */
    static final int DIFFERENCES = 2;
    /** A migration is incomplete, or a step of a live one is blocked. */
    static final int INCOMPLETE = 3;
    /** The arguments are wrong. */
    static final int USAGE = 64;

    private ExitCode() {}
}
