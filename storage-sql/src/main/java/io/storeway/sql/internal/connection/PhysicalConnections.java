package io.storeway.sql.internal.connection;

import com.zaxxer.hikari.pool.ProxyConnection;
import io.storeway.sql.internal.dialect.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The physical connections used so far. Each is verified once, and keeps its idle statements. Statements are closed with their connection,
 * so nothing has to be closed here; closed connections are forgotten when a new one appears.
 */
public final class PhysicalConnections {

    private final Dialect dialect;
    private final @Nullable String driverPackage;
    private final Map<Connection, StatementCache> known = new ConcurrentHashMap<>();

    public PhysicalConnections(Dialect dialect) {
        this.dialect = dialect;
        this.driverPackage = dialect.driverPackage();
    }

    /**
     * Makes sure that a connection lent outside any transaction enforces the constraints.
     *
     * @return the statements of the physical connection behind it, or null if its pool is not known to keep that one
     */
    @Nullable
    StatementCache verified(Connection lent) throws SQLException {
        Connection physical = driverPackage == null ? null : physical(lent, driverPackage);
        if (physical == null) {
            dialect.verify(lent);
            return null;
        }
        StatementCache statements = known.get(physical);
        if (statements == null) {
            dialect.verify(lent);
            forgetClosed();
            statements = new StatementCache(physical);
            known.put(physical, statements);
        }
        // Only HikariCP's own connections cache statements, so that a proxy of the application's is never bypassed.
        return lent instanceof ProxyConnection ? statements : null;
    }

    /** The driver's own object, which always is the same physical connection; other objects may be short-lived wrappers of a pool. */
    private static @Nullable Connection physical(Connection lent, String driverPackage) throws SQLException {
        Connection inner = lent instanceof ProxyConnection || lent.isWrapperFor(Connection.class)
                ? lent.unwrap(Connection.class)
                : lent;
        return inner.getClass().getName().startsWith(driverPackage) ? inner : null;
    }

    private void forgetClosed() throws SQLException {
        for (Iterator<Connection> each = known.keySet().iterator(); each.hasNext(); ) {
            if (each.next().isClosed()) {
                each.remove();
            }
        }
    }
}
