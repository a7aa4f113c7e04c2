package io.storeway.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The idle prepared statements of one physical connection, the longest unused first. A statement in use is not among
 * them, so a text can be in use twice. As a connection itself, used by one thread at a time.
 */
final class StatementCache {

    private static final int KEPT = 64;

    private final Connection physical;
    private final Map<String, PreparedStatement> idle = new LinkedHashMap<>();

    StatementCache(Connection physical) {
        this.physical = physical;
    }

    PreparedStatement take(String text) throws SQLException {
        PreparedStatement kept = idle.remove(text);
        return kept == null ? physical.prepareStatement(text) : kept;
    }

    /** Takes back a statement that ended well; its values are let go. */
    void giveBack(String text, PreparedStatement statement) throws SQLException {
        forgetValues(statement);
        PreparedStatement twin = idle.put(text, statement);
        if (twin != null) {
            twin.close();
        } else if (idle.size() > KEPT) {
            Iterator<PreparedStatement> oldest = idle.values().iterator();
            PreparedStatement evicted = oldest.next();
            oldest.remove();
            evicted.close();
        }
    }

    /** Sets nulls, as SQLite prepares some statements anew after clearParameters. */
    private static void forgetValues(PreparedStatement statement) throws SQLException {
        int parameters = statement.getParameterMetaData().getParameterCount();
        for (int i = 1; i <= parameters; i++) {
            statement.setObject(i, null);
        }
    }
}
