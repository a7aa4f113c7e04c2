package io.storeway.cli;

import io.storeway.migrate.MigrationTarget;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the residue items in a target that nobody has accepted. */
final class OpenResidue {

    private OpenResidue() {}

    static long count(MigrationTarget target) {
        AtomicLong open = new AtomicLong();
        target.openResidue(item -> open.incrementAndGet());
        return open.get();
    }

    /** The exit code of a command that is clean unless residue is open. */
    static int exitCode(long open) {
        return open == 0 ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
    }
}
