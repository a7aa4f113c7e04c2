package io.storeway.sql.internal.d1;

import io.storeway.internal.cloudflare.Reply;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Errors of the database, with the part of its message that contains no values. */
final class Refusal {

    /** SQL state: another writer was in the way. */
    static final String CONFLICT = "40001";

    private static final String CONSTRAINT = "23000";
    private static final String NO_TABLE = "42S02";
    private static final String TABLE_EXISTS = "42S01";
    private static final String TOO_LONG = "22001";
    private static final String REFUSED = "42000";

    private static final Pattern CONSTRAINTS =
            Pattern.compile("(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(: [\\w., \"]+)?");
    private static final Pattern NO_SUCH_TABLE = Pattern.compile("no such table: [\\w.]+");
    private static final Pattern EXISTS = Pattern.compile("(table|index) \"?\\w+\"? already exists");
    private static final Pattern MISFIT =
            Pattern.compile("cannot store \\w+ value in \\w+ column [\\w.]+|too big|TOOBIG");

    private Refusal() {}

    static SQLException of(Reply reply) {
        String said = reply.messages();
        for (Form form : Form.values()) {
            Matcher matcher = form.pattern.matcher(said);
            if (matcher.find()) {
                return new SQLException(matcher.group(), form.state);
            }
        }
        return new SQLException(
                "D1 refused the statement, HTTP " + reply.status() + ", codes " + reply.codes(), REFUSED);
    }

    private enum Form {
        CONSTRAINT_FAILED(CONSTRAINTS, CONSTRAINT),
        TABLE_ABSENT(NO_SUCH_TABLE, NO_TABLE),
        TABLE_THERE(EXISTS, TABLE_EXISTS),
        VALUE_REFUSED(MISFIT, TOO_LONG);

        private final Pattern pattern;
        private final String state;

        Form(Pattern pattern, String state) {
            this.pattern = pattern;
            this.state = state;
        }
    }

    static SQLException conflict() {
        return new SQLException("another writer has committed meanwhile", CONFLICT);
    }

    /** Whether the message is this one. */
    static boolean says(SQLException e, String message) {
        return String.valueOf(e.getMessage()).equals(message);
    }
}
