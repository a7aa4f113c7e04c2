package io.storeway.cli;

import java.util.List;

/** A run has come to its end, its result is printed, and a report of it can't be written. */
final class ReportNotWrittenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param files each with the reason
     * @param exit how the run itself has ended
     */
    ReportNotWrittenException(List<String> files, int exit) {
        super("not written: " + String.join(", ", files) + "; the run itself is done, with exit code " + exit
                + " and the result above; make room or name another place, and let verify write the report");
    }
}
