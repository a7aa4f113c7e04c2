package io.storeway.sql.internal.connection;

import io.storeway.sql.internal.dialect.Failure;
import java.sql.SQLException;

/** The database has reported success for fewer rows than a statement was about. */
public final class LeftOutException extends SQLException {

    private static final long serialVersionUID = 1L;

    private static final String ADVICE = "a trigger or rule of the database left the row out without an error; let it"
            + " raise one, or take the trigger away";

    private final boolean committed;

    /** Tells whether what was written together with the row was committed. */
    public LeftOutException(boolean committed) {
        super("fewer rows were written than given");
        this.committed = committed;
    }

    public Failure failure() {
        return Failure.of(
                Failure.Sort.INVALID,
                committed
                        ? ADVICE + "; everything else in the unit is committed, as the trigger was made after the"
                                + " storage was opened"
                        : ADVICE);
    }
}
