package io.storeway.sql;

import com.zaxxer.hikari.pool.ProxyConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The statement cache of each physical connection behind HikariCP. A statement closes with its connection, so nothing has
 * to be closed here; caches of closed connections are dropped when a new connection appears.
 */
final class StatementCaches {

    private final @Nullable String driverPackage;
    private final Map<Connection, StatementCache> caches = new ConcurrentHashMap<>();

    /**
     * Caches for the connections of one driver.
     *
     * @param driverPackage the beginning of the names of the driver's classes, or null if it keeps statements itself
     */
    StatementCaches(@Nullable String driverPackage) {
        this.driverPackage = driverPackage;
    }

    /** The cache of the physical connection behind a lent one, or null if that one's pool is not known to keep it. */
    @Nullable
    StatementCache of(Connection lent) throws SQLException {
        // Only what HikariCP itself lends is opened up, so that no proxy of the application's own is passed over.
        if (driverPackage == null || !(lent instanceof ProxyConnection)) {
            return null;
        }
        Connection physical = lent.unwrap(Connection.class);
        if (!physical.getClass().getName().startsWith(driverPackage)) {
            return null;
        }
        StatementCache cache = caches.get(physical);
        if (cache == null) {
            Iterator<Connection> others = caches.keySet().iterator();
            while (others.hasNext()) {
                if (others.next().isClosed()) {
                    others.remove();
                }
            }
            cache = new StatementCache(physical);
            caches.put(physical, cache);
        }
        return cache;
    }
}
