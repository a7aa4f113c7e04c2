package io.storeway.sql.internal.d1;

import io.storeway.Json;
import io.storeway.internal.cloudflare.Address;
import io.storeway.internal.cloudflare.RestApi;
import io.storeway.internal.cloudflare.Timer;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Clock;
import java.util.function.Function;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A D1 database as a {@link DataSource}: its connections are sessions over HTTP and cost nothing. Thread-safe. */
public final class D1DataSource implements DataSource, AutoCloseable {

    private final Database database;

    private D1DataSource(Address address, String token, Function<byte[], Json> reader, Timer timer) {
        this.database =
                new Database(address, new RestApi(Database.SERVICE, address, token, reader, Clock.systemUTC(), timer));
    }

    /** With the token in the environment. */
    public static D1DataSource open(String uri, Function<byte[], Json> reader) {
        Address address = Address.parse(uri, Database.SERVICE);
        return new D1DataSource(address, RestApi.token(address), reader, Timer.SYSTEM);
    }

    /** With a token from elsewhere. */
    public static D1DataSource open(String uri, String token, Function<byte[], Json> reader, Timer timer) {
        return new D1DataSource(Address.parse(uri, Database.SERVICE), token, reader, timer);
    }

    @Override
    public Connection getConnection() {
        return D1Connection.of(database);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("D1 knows tokens only");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException("Nothing is logged");
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException("The URI says how long a call may take");
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("Nothing is logged");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("Nothing is wrapped");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    @Override
    public void close() {
        database.close();
    }
}
