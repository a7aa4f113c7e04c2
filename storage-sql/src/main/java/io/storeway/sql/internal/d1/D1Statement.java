package io.storeway.sql.internal.d1;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement with its values as a {@link PreparedStatement}. */
public final class D1Statement {

    private final D1Connection connection;
    private final String text;
    private final List<@Nullable Object> values = new ArrayList<>();
    private @Nullable ResultSet result;

    private D1Statement(D1Connection connection, String text) {
        this.connection = connection;
        this.text = text;
    }

    static PreparedStatement of(D1Connection connection, String text) {
        return Jdbc.as(PreparedStatement.class, new D1Statement(connection, text));
    }

    public void setObject(int parameter, @Nullable Object value) {
        while (values.size() < parameter) {
            values.add(null);
        }
        values.set(parameter - 1, value);
    }

    public void setString(int parameter, @Nullable String value) {
        setObject(parameter, value);
    }

    public ResultSet executeQuery() throws SQLException {
        return Rows.of(connection.read(Statement.bind(text, values)).rows());
    }

    public int executeUpdate() throws SQLException {
        return connection.write(Statement.bind(text, values));
    }

    /** A query, as the schema is read by such. */
    public boolean execute() throws SQLException {
        result = executeQuery();
        return true;
    }

    /** A statement that is no query and is of no transaction, as tables are made by such. */
    public boolean execute(String sql) throws SQLException {
        connection.define(Statement.of(sql));
        return false;
    }

    public @Nullable ResultSet getResultSet() {
        return result;
    }

    public boolean isClosed() {
        return false;
    }

    public void close() {
        // Nothing is held.
    }
}
