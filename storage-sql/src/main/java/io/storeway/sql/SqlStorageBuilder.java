package io.storeway.sql;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnsupportedCapabilityException;
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
     * What becomes of tables and indexes that are missing, those of the catalog here and those of {@link Catalog#internal}
     * when they are first needed; {@link Missing#CREATE} by default. What is there is checked in any case, and never changed.
     * No other choice issues a statement that changes a schema.
     */
    public SqlStorageBuilder missing(Missing tables) {
        this.missing = tables;
        return this;
    }

    /**
     * Opens an H2 file that loses its last acknowledged writes when the process dies. The storage then declines
     * {@link Capability#DURABLE}.
     */
    public SqlStorageBuilder acceptLossOnKill() {
        this.acceptLossOnKill = true;
        return this;
    }

    /**
     * Lets calls become part of the transaction that the DataSource lends a connection of, as Spring's
     * {@code TransactionAwareDataSourceProxy} does within {@code @Transactional}: a connection with auto-commit off is in
     * one. Such a call runs once, under the isolation of that transaction; one that fails leaves no effect behind, and
     * whether the transaction goes on is the application's choice. Nothing is committed, rolled back or run again here, so
     * a {@link io.storeway.error.TransactionFailedException} asks for the whole transaction to be run again. Outside of a
     * transaction calls are units of their own as ever.
     *
     * <p>Tables are made and the storage is opened outside of a transaction. The storage can be migrated from and to, but
     * not be routed or cached. On SQLite the URL of the DataSource has to have {@code foreign_keys=on}.
     */
    public SqlStorageBuilder joinTransactions() {
        this.join = true;
        return this;
    }

    /** What the storage is to close with itself. */
    SqlStorageBuilder owning(AutoCloseable resource) {
        this.owned = resource;
        return this;
    }

    /**
     * Opens the storage; throws as {@link SqlStorage#open} does.
     *
     * @throws UnsupportedCapabilityException if it is to join transactions, and the DataSource lends connections with
     *     auto-commit off where there is none
     */
    public SqlStorage open() {
        Transactions.Foreign foreign = foreign();
        Dialect dialect = dialect(dataSource);
        Tables tables = new Tables(catalog, dialect);
        Errors errors = new Errors(dialect, tables);
        String lockTable = catalog.types().isEmpty()
                ? null
                : tables.of(catalog.types().get(0)).name();
        Schema schema = new Schema(dialect);
        List<Table> all = catalog.types().stream().map(tables::of).toList();
        // Before the tables are there, there is none to lock.
        Transactions unlocked = new Transactions(dataSource, dialect, errors, null, Transactions.Foreign.UNKNOWN);
        ErrorContext context = new ErrorContext("open", dialect.name(), null, null);
        Capabilities capabilities =
                unlocked.read(() -> context, session -> inspect(dialect, session.connection(), acceptLossOnKill));
        boolean refuses = missing == Missing.CREATE && !capabilities.has(Capability.WRITES);
        schema.ready(unlocked, context, all, refuses ? Missing.REFUSE : missing);
        return new SqlStorage(new SqlStorage.Parts(
                catalog,
                clock,
                dialect,
                tables,
                new Transactions(dataSource, dialect, errors, lockTable, foreign),
                errors,
                capabilities,
                missing,
                owned));
    }

    /** What a connection with auto-commit off means, by how the DataSource lends them now. */
    private Transactions.Foreign foreign() {
        boolean autoCommit;
        try (Connection connection = dataSource.getConnection()) {
            autoCommit = connection.getAutoCommit();
        } catch (SQLException e) {
            throw Errors.unconnected(null, e, ErrorContext.of("open"));
        }
        if (autoCommit) {
            return join ? Transactions.Foreign.JOINED : Transactions.Foreign.REFUSED;
        }
        if (join) {
            throw new UnsupportedCapabilityException(
                    "The DataSource lends connections with auto-commit off, so a transaction to join can't be told from"
                            + " none; open the storage outside of transactions, over a pool that lends them with"
                            + " auto-commit on",
                    ErrorContext.of("open"),
                    null);
        }
        return Transactions.Foreign.UNKNOWN;
    }

    SchemaScript changes() {
        Dialect dialect = dialect(dataSource);
        Tables tables = new Tables(catalog, dialect);
        Transactions unlocked =
                new Transactions(dataSource, dialect, new Errors(dialect, tables), null, Transactions.Foreign.UNKNOWN);
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
