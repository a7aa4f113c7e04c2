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
 * <p>The DataSource with its pool and settings belongs to the application; closing the storage leaves it open. Each unit of work uses one
 * connection, and so does every other call while it runs. A unit in conflict with another writer is run again: up to 64 times within ten
 * seconds, and at least five times however long that takes. A unit sees one state of the database. On SQLite units run one after the
 * other.
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

    /** What the builder hands over. */
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
     * Compares the tables with the catalog and returns the script that makes them as declared; changes nothing itself. The script drops
     * columns that no field declares, and constraints and indexes that aren't declared if their names are derived from the table's. For
     * Storeway's own tables pass {@link Catalog#internal}.
     *
     * @throws io.storeway.error.StorageUnavailableException if the database can't be reached
     */
    public static SchemaScript changes(DataSource dataSource, Catalog catalog) {
        return builder(dataSource, catalog).changes();
    }

    /**
     * As {@link #changes(DataSource, Catalog)}, for the database that {@link SqlStorageProvider} opens for a URI.
     *
     * @throws IllegalArgumentException if the URI is not of a SQL database
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

    /** Begins to build a storage with further settings. */
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

    /** The rows, where each call is a unit of its own. */
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

    /** As {@link #pinned}, and reads what is known of the expected partitions in the same round trip. */
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

    /** Whether it is of use to know early what will be read. */
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

    /** Refuses all writes. */
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
