package io.storeway.sql.internal.dialect;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of a SQLException, in terms that all engines share.
 *
 * @param sort what sort of failure
 * @param constraint the constraint that the engine names, or null
 * @param table the table that the engine names, or null
 * @param columns the columns that the engine names
 * @param advice for people: what is wrong and what to do about it
 */
public record Failure(
        Sort sort, @Nullable String constraint, @Nullable String table, List<String> columns, String advice) {

    /** MariaDB's name of every primary key. */
    public static final String PRIMARY = "PRIMARY";

    /** The sorts of failure. */
    public enum Sort {
        UNIQUE,
        NOT_NULL,
        CHECK,
        REFERENCE,
        /** A value that the column can't hold. */
        INVALID,
        /** A value that an index has no room for. */
        TOO_LONG,
        /** There is something of the name already, be it made by another process meanwhile or there for good. */
        EXISTS,
        /** A conflict with another writer; the same unit may succeed if it is run again. */
        CONFLICT,
        TIMEOUT,
        /** The server has ended the transaction and the connection because of a timeout; nothing was changed. */
        ENDED,
        /** The connection is gone; what was under way may or may not have happened. */
        LOST,
        /** There is no space left; nothing was changed, even if the commit was under way. */
        FULL,
        /** The database refuses it until somebody grants a privilege, or names another database. */
        DECLINED,
        /** The database can't do it at present. */
        UNAVAILABLE;

        /** Whether single rows were refused, so that others may succeed. */
        public boolean concernsRows() {
            return switch (this) {
                case UNIQUE, NOT_NULL, CHECK, REFERENCE, INVALID, TOO_LONG -> true;
                case EXISTS, CONFLICT, TIMEOUT, ENDED, LOST, FULL, DECLINED, UNAVAILABLE -> false;
            };
        }
    }

    /** There is no connection, or no longer one; nothing more is known. */
    public static final Failure NO_CONNECTION = of(Sort.LOST, "the connection to the database is lost");

    /** Nothing is known but that the database, or its driver, said no. */
    public static final Failure REFUSED = of(Sort.UNAVAILABLE, "the database refused the statement");

    /** The failure of a statement that was to create something that exists already. */
    static Failure exists(SQLException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return of(
                Sort.EXISTS,
                message.replaceFirst("; SQL statement:.*", "")
                        + "; rename what has the name, or give the entity type a table of another name");
    }

    public static Failure of(Sort sort, String advice) {
        return new Failure(sort, null, null, List.of(), advice);
    }

    static Failure constraint(Sort sort, @Nullable String constraint, @Nullable String table, List<String> columns) {
        return new Failure(sort, constraint, table, columns, "a constraint refused the write");
    }
}
