package io.storeway.sql.internal.d1;

import io.storeway.internal.cloudflare.Request.Effect;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A session as a {@link Connection}. Holds no connection to the service. */
public final class D1Connection {

    private final Database database;
    private final Connection connection;
    private @Nullable Transaction transaction;
    private final SchemaReader schema;
    private boolean closed;

    private D1Connection(Database database) {
        this.database = database;
        this.connection = Jdbc.as(Connection.class, this);
        this.schema = new SchemaReader(this, "d1://" + database.place());
    }

    static Connection of(Database database) {
        return new D1Connection(database).connection;
    }

    Result read(Statement statement) throws SQLException {
        return transaction == null
                ? database.run(Effect.NONE, List.of(statement)).get(0)
                : transaction.read(statement);
    }

    int write(Statement statement) throws SQLException {
        if (transaction == null) {
            return Transaction.write(database, statement);
        }
        transaction.write(statement);
        return 1;
    }

    /** Changes the schema, at once. */
    void define(Statement statement) throws SQLException {
        schema.forget();
        (transaction == null ? new Transaction(database) : transaction).define(statement);
    }

    public PreparedStatement prepareStatement(String text) {
        return D1Statement.of(this, text);
    }

    public PreparedStatement prepareStatement(String text, int type, int concurrency) {
        return D1Statement.of(this, text);
    }

    public java.sql.Statement createStatement() {
        return D1Statement.of(this, "");
    }

    public boolean getAutoCommit() {
        return transaction == null;
    }

    public void setAutoCommit(boolean autoCommit) {
        transaction = autoCommit ? null : new Transaction(database);
    }

    public void commit() throws SQLException {
        if (transaction != null) {
            transaction.commit();
            transaction = new Transaction(database);
        }
    }

    public void rollback() {
        if (transaction != null) {
            transaction = new Transaction(database);
        }
    }

    /** From here on the database tries each write, without effect, so that a refused one is found at once. */
    public Savepoint setSavepoint() throws SQLException {
        if (transaction == null) {
            throw new SQLException("There is no transaction");
        }
        return Jdbc.as(Savepoint.class, new Mark(transaction.rehearsed()));
    }

    public void releaseSavepoint(Savepoint savepoint) {
        // Nothing to do: the writes since the savepoint stay.
    }

    public void rollback(Savepoint savepoint) throws SQLException {
        if (transaction != null) {
            transaction.forget(savepoint.getSavepointId());
        }
    }

    /**
     * The number of writes before a savepoint.
     *
     * @param writes how many
     */
    public record Mark(int writes) {
        /** The number. */
        public int getSavepointId() {
            return writes;
        }
    }

    public DatabaseMetaData getMetaData() {
        return Jdbc.as(DatabaseMetaData.class, schema);
    }

    public @Nullable String getCatalog() {
        return null;
    }

    public @Nullable String getSchema() {
        return null;
    }

    public boolean isReadOnly() {
        return false;
    }

    public boolean isClosed() {
        return closed;
    }

    public void abort(Executor executor) {
        close();
    }

    public void close() {
        closed = true;
        transaction = null;
    }
}
