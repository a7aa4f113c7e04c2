package io.storeway.sql.internal.connection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs statements on a connection. A statement is prepared once for each physical connection, not for each use. */
final class Statements {

    private final Connection connection;
    private final @Nullable StatementCache cache;

    /**
     * Those of a connection.
     *
     * @param cache the statements of the physical connection behind it, or null if its pool is not known to keep that one
     */
    Statements(Connection connection, @Nullable StatementCache cache) {
        this.connection = connection;
        this.cache = cache;
    }

    <R> R with(String text, Session.Use<R> use) throws SQLException {
        if (cache == null) {
            try (PreparedStatement statement = connection.prepareStatement(text)) {
                return use.of(statement);
            }
        }
        StatementCache.Kept kept = cache.take(text);
        R result;
        try {
            result = use.of(kept.statement());
        } catch (SQLException | RuntimeException | Error e) {
            try {
                kept.statement().close();
            } catch (SQLException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
        cache.giveBack(text, kept);
        return result;
    }

    static void bind(PreparedStatement statement, List<? extends @Nullable Object> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
    }

    /** Hands rows to the sink until it takes no more; returns false if it took no more. */
    static boolean read(ResultSet rows, Session.RowSink sink) throws SQLException {
        boolean more = true;
        while (more && rows.next()) {
            more = sink.take(rows);
        }
        return more;
    }
}
