package io.storeway.cli;

import java.util.List;

/** A run has ended and its result is printed, but a report can't be written. */
final class ReportNotWrittenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param files the files, each with the reason
     * @param exit the exit code of the run itself
     */
    ReportNotWrittenException(List<String> files, int exit) {
        super("not written: " + String.join(", ", files) + "; the run itself is done, with exit code " + exit
                + " and the result above; make room or name another file, and write the report by verify --report");
    }
}
