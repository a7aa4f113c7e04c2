package io.storeway.sql.internal.connection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The idle prepared statements of one physical connection, the longest unused first. A statement in use is not among them, so the same
 * text can be in use twice. Like a connection, used by one thread at a time.
 */
final class StatementCache {

    private static final int KEPT = 64;

    private final Connection physical;
    private final Map<String, Kept> idle = new LinkedHashMap<>();

    /** A statement, and how many parameters it has. */
    record Kept(PreparedStatement statement, int parameters) {}

    StatementCache(Connection physical) {
        this.physical = physical;
    }

    Kept take(String text) throws SQLException {
        Kept kept = idle.remove(text);
        if (kept != null) {
            return kept;
        }
        PreparedStatement statement = physical.prepareStatement(text);
        return new Kept(statement, statement.getParameterMetaData().getParameterCount());
    }

    /** Takes back a statement after successful use, without the values bound to it. */
    void giveBack(String text, Kept kept) throws SQLException {
        forgetValues(kept);
        Kept twin = idle.put(text, kept);
        if (twin != null) {
            twin.statement.close();
        } else if (idle.size() > KEPT) {
            Iterator<Kept> oldest = idle.values().iterator();
            Kept evicted = oldest.next();
            oldest.remove();
            evicted.statement.close();
        }
    }

    /** Sets nulls instead of calling clearParameters, after which SQLite prepares some statements anew. */
    private static void forgetValues(Kept kept) throws SQLException {
        for (int i = 1; i <= kept.parameters; i++) {
            kept.statement.setObject(i, null);
        }
    }
}
