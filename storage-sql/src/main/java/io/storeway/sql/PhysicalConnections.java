package io.storeway.sql;

import com.zaxxer.hikari.pool.ProxyConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The physical connections that were met: each is verified once, and keeps its idle statements. A statement closes with
 * its connection, so nothing has to be closed here; closed connections are forgotten when a new one appears.
 */
final class PhysicalConnections {

    private final Dialect dialect;
    private final @Nullable String driverPackage;
    private final Map<Connection, StatementCache> known = new ConcurrentHashMap<>();

    PhysicalConnections(Dialect dialect) {
        this.dialect = dialect;
        this.driverPackage = dialect.driverPackage();
    }

    /**
     * Makes sure that a connection lent outside any transaction keeps the rules.
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
        // Only what HikariCP itself lends is passed over for statements, so that no proxy of the application's own is.
        return lent instanceof ProxyConnection ? statements : null;
    }

    /** The driver's own object, which is one physical connection for ever; what else a pool unwraps may be a passing shell. */
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
