package io.storeway.sql;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Lends the connection of the thread's transaction while there is one, as the proxies of application frameworks do. */
final class BoundDataSource implements DataSource {

    private final DataSource pool;
    private final Map<Thread, Connection> bound = new ConcurrentHashMap<>();

    BoundDataSource(DataSource pool) {
        this.pool = pool;
    }

    /** Begins a transaction on this thread. */
    Connection begin() throws SQLException {
        Connection connection = pool.getConnection();
        connection.setAutoCommit(false);
        bound.put(Thread.currentThread(), connection);
        return connection;
    }

    void commit() throws SQLException {
        try (Connection connection = end()) {
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    void rollback() throws SQLException {
        try (Connection connection = end()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private Connection end() {
        Connection connection = bound.remove(Thread.currentThread());
        if (connection == null) {
            throw new IllegalStateException("No transaction has begun");
        }
        return connection;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = bound.get(Thread.currentThread());
        return connection == null ? pool.getConnection() : unclosable(connection);
    }

    private static Connection unclosable(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                BoundDataSource.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return pool.getConnection(user, password);
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return pool.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        pool.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        pool.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return pool.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return pool.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return pool.isWrapperFor(type);
    }
}
