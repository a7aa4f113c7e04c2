package io.storeway.sql;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.dialect.Tables;
import io.storeway.sql.internal.schema.Schema;
import io.storeway.sql.internal.store.StorageParts;
import io.storeway.sql.internal.transaction.Errors;
import io.storeway.sql.internal.transaction.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Builds a {@link SqlStorage}; not thread-safe. */
public final class SqlStorageBuilder {

    private final DataSource dataSource;
    private final Catalog catalog;
    private Clock clock = Clock.systemUTC();
    private Missing missing = Missing.CREATE;
    private boolean acceptLossOnKill;
    private boolean join;
    private @Nullable AutoCloseable owned;

    SqlStorageBuilder(DataSource dataSource, Catalog catalog) {
        this.dataSource = dataSource;
        this.catalog = catalog;
    }

    /** The clock that judges expiry; the system's by default. */
    public SqlStorageBuilder clock(Clock judge) {
        this.clock = judge;
        return this;
    }

    /**
     * What to do about missing tables and indexes; {@link Missing#CREATE} by default. Those of the catalog are made when the storage is
     * opened, those of {@link Catalog#internal} when they are first needed. Existing tables are always checked and never changed. With
     * any other choice no statement changes the schema.
     */
    public SqlStorageBuilder missing(Missing tables) {
        this.missing = tables;
        return this;
    }

    /**
     * Allows an H2 file with settings under which the last acknowledged writes are lost when the process dies. The storage then declines
     * {@link Capability#DURABLE}.
     */
    public SqlStorageBuilder acceptLossOnKill() {
        this.acceptLossOnKill = true;
        return this;
    }

    /**
     * Lets calls join a transaction of the application. The DataSource has to lend the transaction's connection then, as Spring's {@code
     * TransactionAwareDataSourceProxy} does within {@code @Transactional}; a connection with auto-commit off counts as in a transaction.
     * Such a call runs once, with the isolation of that transaction. If it fails it has no effect, and the application decides whether
     * the transaction goes on. The storage neither commits nor rolls back nor runs anything again, so after a {@link
     * io.storeway.error.TransactionFailedException} the application should run the whole transaction again. Outside a transaction each
     * call is a unit of its own, as without this setting.
     *
     * <p>The storage has to be opened outside a transaction. It can be source or target of a migration, but it can't be routed or cached.
     * On SQLite the URL of the DataSource has to have {@code foreign_keys=on}.
     */
    public SqlStorageBuilder joinTransactions() {
        this.join = true;
        return this;
    }

    /** A resource that the storage closes when it is closed. */
    SqlStorageBuilder owning(AutoCloseable resource) {
        this.owned = resource;
        return this;
    }

    /**
     * Opens the storage; throws as {@link SqlStorage#open} does.
     *
     * @throws UnsupportedCapabilityException if the storage is to join transactions, and the DataSource lends connections with auto-commit
     *     off outside a transaction
     */
    public SqlStorage open() {
        Session.Foreign foreign = foreign();
        Dialect dialect = dialect(dataSource);
        Tables tables = new Tables(catalog, dialect);
        Errors errors = new Errors(dialect, tables);
        String lockTable = catalog.types().isEmpty()
                ? null
                : tables.of(catalog.types().get(0)).name();
        Schema schema = new Schema(dialect);
        List<Table> all = catalog.types().stream().map(tables::of).toList();
        // Without a table to lock, since there may be none yet.
        Transactions unlocked = new Transactions(dataSource, dialect, errors, null, Session.Foreign.UNKNOWN);
        ErrorContext context = new ErrorContext("open", dialect.name(), null, null);
        Capabilities capabilities =
                unlocked.read(() -> context, session -> inspect(dialect, session.connection(), acceptLossOnKill));
        boolean refuses = missing == Missing.CREATE && !capabilities.has(Capability.WRITES);
        schema.ready(unlocked, context, all, refuses ? Missing.REFUSE : missing);
        return new SqlStorage(
                new StorageParts(
                        catalog,
                        clock,
                        dialect,
                        tables,
                        new Transactions(dataSource, dialect, errors, lockTable, foreign),
                        errors,
                        capabilities,
                        missing),
                owned);
    }

    /** What a connection with auto-commit off means, found out from how the DataSource lends one now. */
    private Session.Foreign foreign() {
        boolean autoCommit;
        try (Connection connection = dataSource.getConnection()) {
            autoCommit = connection.getAutoCommit();
        } catch (SQLException e) {
            throw Errors.unconnected(null, e, ErrorContext.of("open"));
        }
        if (autoCommit) {
            return join ? Session.Foreign.JOINED : Session.Foreign.REFUSED;
        }
        if (join) {
            throw new UnsupportedCapabilityException(
                    "The DataSource lends connections with auto-commit off, so a transaction to join can't be told from"
                            + " none; open the storage outside of transactions, over a pool that lends them with"
                            + " auto-commit on",
                    ErrorContext.of("open"),
                    null);
        }
        return Session.Foreign.UNKNOWN;
    }

    SchemaScript changes() {
        Dialect dialect = dialect(dataSource);
        Tables tables = new Tables(catalog, dialect);
        Transactions unlocked =
                new Transactions(dataSource, dialect, new Errors(dialect, tables), null, Session.Foreign.UNKNOWN);
        return unlocked.read(
                () -> new ErrorContext("changes", dialect.name(), null, null),
                session -> new SchemaScript(
                        dialect.name(),
                        new Schema(dialect)
                                .changes(
                                        Jdbi.open(session.connection()),
                                        catalog.types().stream().map(tables::of).toList())));
    }

    static Dialect dialect(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            return Dialect.of(connection);
        } catch (SQLException e) {
            throw Errors.unconnected(null, e, ErrorContext.of("open"));
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new StorageUnavailableException("The DataSource gives no connection", ErrorContext.of("open"), e);
        }
    }

    static Capabilities inspect(Dialect dialect, Connection connection, boolean acceptLossOnKill) throws SQLException {
        Handle handle = Jdbi.open(connection);
        Capabilities found = dialect.inspect(handle, acceptLossOnKill)
                .without(
                        Capability.PARTITION_VERSIONS,
                        "rows have no version as a partition; declare one of each record with versionedBy");
        return connection.isReadOnly() ? found.without(Capability.WRITES, "the database was opened read-only") : found;
    }
}
