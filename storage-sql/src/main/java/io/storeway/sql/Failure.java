package io.storeway.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a SQLException says, in words that all engines share.
 *
 * @param sort what sort of failure
 * @param constraint the constraint that the engine names, or null
 * @param table the table that the engine names, or null
 * @param columns the columns that the engine names
 * @param advice for people: what is wrong and how to mend it
 */
record Failure(
        Sort sort, @Nullable String constraint, @Nullable String table, List<String> columns, String advice) {

    /** What MariaDB calls every primary key. */
    static final String PRIMARY = "PRIMARY";

    /** The sorts of failure. */
    enum Sort {
        UNIQUE,
        NOT_NULL,
        CHECK,
        REFERENCE,
        /** A value that the column can't hold. */
        INVALID,
        /** A value that an index has no room for. */
        TOO_LONG,
        /** Another writer was in the way; the same unit may succeed when it is run again. */
        CONFLICT,
        TIMEOUT,
        /** The connection is gone; what was under way may or may not have happened. */
        LOST,
        /** The database can't do it at present. */
        UNAVAILABLE
    }

    static Failure of(Sort sort, String advice) {
        return new Failure(sort, null, null, List.of(), advice);
    }

    static Failure constraint(Sort sort, @Nullable String constraint, @Nullable String table, List<String> columns) {
        return new Failure(sort, constraint, table, columns, "a constraint refused the write");
    }
}
