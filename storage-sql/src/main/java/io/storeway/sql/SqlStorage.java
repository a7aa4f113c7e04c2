package io.storeway.sql;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Missing;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.spi.ReplicaStore;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Records as rows in a SQL database. Thread-safe.
 *
 * <p>The DataSource, its pool and its driver's settings are the application's; closing the storage leaves it open. Units of
 * work take one connection each, and so does every other call while it lasts. A unit that meets another writer is run
 * again, 64 times at most within ten seconds, and five times however long that takes. Units see one state of the
 * database; on SQLite they come one after the other.
 *
 * <p>With {@link SqlStorageBuilder#joinTransactions} calls become part of a transaction that the application has begun.
 *
 * <p>SQLite: foreign keys are switched on for each connection. H2: a database in a file is refused unless it was opened
 * with {@code WRITE_DELAY=0}, because it would lose acknowledged writes when the process dies.
 */
public final class SqlStorage implements Storage {

    private final Catalog catalog;
    private final Clock clock;
    private final Dialect dialect;
    private final Tables tables;
    private final Transactions transactions;
    private final Errors errors;
    private final Capabilities capabilities;
    private final RowWriter writer;
    private final SqlReplica replica;
    private final SqlRows rows;
    private final @Nullable AutoCloseable owned;

    /** What the builder has found out. */
    record Parts(
            Catalog catalog,
            Clock clock,
            Dialect dialect,
            Tables tables,
            Transactions transactions,
            Errors errors,
            Capabilities capabilities,
            Missing missing,
            @Nullable AutoCloseable owned) {}

    SqlStorage(Parts parts) {
        this.catalog = parts.catalog;
        this.clock = parts.clock;
        this.dialect = parts.dialect;
        this.tables = parts.tables;
        this.transactions = parts.transactions;
        this.errors = parts.errors;
        this.capabilities = parts.capabilities;
        this.owned = parts.owned;
        this.writer = new RowWriter(clock, tables);
        this.rows = rows(transactions);
        this.replica = new SqlReplica(this, tables, dialect, transactions, writer, errors, parts.missing);
    }

    /**
     * Opens a storage, creates the tables that are missing and checks them all.
     *
     * @throws io.storeway.error.SchemaMismatchException if a table differs from its entity type; nothing that was there is
     *     changed
     * @throws io.storeway.error.UnsupportedCapabilityException if the database can't keep what the catalog promises, or
     *     can't be opened until a right is granted or another database is named
     * @throws io.storeway.error.StorageUnavailableException if the database can't be reached or opened
     */
    public static SqlStorage open(DataSource dataSource, Catalog catalog) {
        return builder(dataSource, catalog).open();
    }

    /**
     * Compares the tables with the catalog and writes the script that brings them together; changes nothing itself.
     * Columns that no field declares are dropped by the script, other constraints and indexes only if their names are
     * derived from the table's. For the tables of Storeway itself ask with {@link Catalog#internal}.
     *
     * @throws io.storeway.error.StorageUnavailableException if the database can't be reached
     */
    public static SchemaScript changes(DataSource dataSource, Catalog catalog) {
        return builder(dataSource, catalog).changes();
    }

    /**
     * As {@link #changes(DataSource, Catalog)}, for the database that {@link SqlStorageProvider} opens for a URI.
     *
     * @throws IllegalArgumentException if the URI is none of a SQL database
     */
    public static SchemaScript changes(String uri, Catalog catalog) {
        SqlStorageProvider provider = new SqlStorageProvider();
        if (!provider.accepts(uri)) {
            throw new IllegalArgumentException("A schema is that of a SQL database; known are "
                    + String.join(", ", provider.schemes()) + ErrorContext.of("changes"));
        }
        if (CloudflareD1.accepts(uri)) {
            return changes(CloudflareD1.dataSource(uri), catalog);
        }
        try (HikariDataSource pool = SqlStorageProvider.pool(uri, Missing.ALLOW)) {
            return changes(pool, catalog);
        }
    }

    /** Starts a storage with further choices. */
    public static SqlStorageBuilder builder(DataSource dataSource, Catalog catalog) {
        return new SqlStorageBuilder(dataSource, catalog);
    }

    @Override
    public String name() {
        return dialect.name();
    }

    @Override
    public Catalog catalog() {
        return catalog;
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public <T> Repository<T> repository(EntityType<T> type) {
        return repository(type, rows);
    }

    <T> Repository<T> repository(EntityType<T> type, SqlRows in) {
        tables.of(type);
        return new Repository<>(type, in, clock);
    }

    /** The rows as each call of its own works on them. */
    SqlRows standalone() {
        return rows;
    }

    SqlRows rows(Execution execution) {
        return new SqlRows(
                dialect,
                tables,
                writer,
                capabilities.has(Capability.WRITES) ? execution : new ReadOnlyExecution(execution));
    }

    ReplicaApply apply() {
        return replica.applying();
    }

    String newest() {
        return dialect.newest();
    }

    Bookkeeping versions() {
        return replica.bookkeeping();
    }

    ReplicaScan states(Session session, EntityType<?> type) {
        return new ReplicaScan(session, tables.of(type), replica.bookkeeping(), name());
    }

    Optional<Row> pinned(Session session, EntityType<?> type, Key key) throws SQLException {
        return session.list(pinning(type, key), tables.of(type)::read).stream().findFirst();
    }

    /** As {@link #pinned}, and in the same way to the server what is known of partitions. */
    Optional<Row> pinned(Session session, EntityType<?> type, Key key, ExpectedVersions expected) throws SQLException {
        List<Row> rows = new ArrayList<>();
        expected.find(
                session,
                replica.bookkeeping(),
                pinning(type, key),
                found -> rows.add(tables.of(type).read(found)));
        return rows.stream().findFirst();
    }

    private Sql pinning(EntityType<?> type, Key key) {
        Table table = tables.of(type);
        Sql sql = new Sql(table.select() + " WHERE ");
        table.in(sql, type.key(), List.of(key));
        return sql.add(dialect.pinning());
    }

    /** Whether it pays to say early what will be asked for. */
    boolean takesSeveralStatements() {
        return dialect.takesSeveralStatements();
    }

    @Override
    public <R> R transact(Function<? super UnitOfWork, ? extends R> work) {
        return unit(work::apply);
    }

    /** Runs the work in one transaction. */
    <R> R unit(Function<? super SqlUnit, ? extends R> work) {
        return transactions.atomic(() -> new ErrorContext("transact", name(), null, null), session -> {
            UnitExecution execution = new UnitExecution(session, errors);
            R result = work.apply(new SqlUnit(this, execution));
            execution.end();
            return result;
        });
    }

    @Override
    public ReplicaStore replica() {
        return replica;
    }

    @Override
    public boolean joinsTransactions() {
        return transactions.joins();
    }

    @Override
    public void close() {
        transactions.close();
        if (owned != null) {
            try {
                owned.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("The pool can't be closed", e);
            }
        }
    }

    /** Refuses writes before any effect. */
    private record ReadOnlyExecution(Execution execution) implements Execution {

        @Override
        public <R extends @Nullable Object> R read(Supplier<ErrorContext> context, Work<R> work) {
            return execution.read(context, work);
        }

        @Override
        public <R extends @Nullable Object> R snapshot(Supplier<ErrorContext> context, Work<R> work) {
            return execution.snapshot(context, work);
        }

        @Override
        public <R extends @Nullable Object> R single(Supplier<ErrorContext> context, Work<R> work) {
            throw refused(context.get());
        }

        @Override
        public <R extends @Nullable Object> R atomic(Supplier<ErrorContext> context, Work<R> work) {
            throw refused(context.get());
        }

        private static UnsupportedCapabilityException refused(ErrorContext context) {
            return new UnsupportedCapabilityException("The database was opened read-only", context, null);
        }
    }
}
