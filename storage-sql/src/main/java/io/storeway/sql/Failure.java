package io.storeway.sql;

import java.sql.SQLException;
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
        /** Something of the name is there already, made by another process meanwhile or in the way for good. */
        EXISTS,
        /** Another writer was in the way; the same unit may succeed when it is run again. */
        CONFLICT,
        TIMEOUT,
        /** The server has ended the transaction for its age, and the connection; nothing of it was done. */
        ENDED,
        /** The connection is gone; what was under way may or may not have happened. */
        LOST,
        /** There is no room for what was to be written; nothing of it was done, also if the commit was under way. */
        FULL,
        /** The database won't do it until somebody grants a right, or names another database. */
        DECLINED,
        /** The database can't do it at present. */
        UNAVAILABLE;

        /** Whether a row was refused that others may not share the fate of. */
        boolean concernsRows() {
            return switch (this) {
                case UNIQUE, NOT_NULL, CHECK, REFERENCE, INVALID, TOO_LONG -> true;
                case EXISTS, CONFLICT, TIMEOUT, ENDED, LOST, FULL, DECLINED, UNAVAILABLE -> false;
            };
        }
    }

    /** Nothing more is known than that there is no connection, or no longer. */
    static final Failure NO_CONNECTION = of(Sort.LOST, "the connection to the database is lost");

    /** The failure of a statement that was to make something. */
    static Failure exists(SQLException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return of(
                Sort.EXISTS,
                message.replaceFirst("; SQL statement:.*", "")
                        + "; rename what has the name, or give the entity type a table of another name");
    }

    static Failure of(Sort sort, String advice) {
        return new Failure(sort, null, null, List.of(), advice);
    }

    static Failure constraint(Sort sort, @Nullable String constraint, @Nullable String table, List<String> columns) {
        return new Failure(sort, constraint, table, columns, "a constraint refused the write");
    }
}
