package io.storeway.sql.internal.store;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Missing;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.error.ErrorContext;
import io.storeway.spi.Inventory;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.ReplicaTypes;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.dialect.Tables;
import io.storeway.sql.internal.rows.RowWriter;
import io.storeway.sql.internal.schema.LiveSchema;
import io.storeway.sql.internal.schema.Schema;
import io.storeway.sql.internal.transaction.Execution;
import io.storeway.sql.internal.transaction.ReadOnlyExecution;
import io.storeway.sql.internal.transaction.Transactions;
import io.storeway.sql.internal.transaction.UnitExecution;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The replica of a SQL storage, and the units of work of both. The two tables that it needs are made when a migration first uses the
 * storage.
 */
public final class SqlReplica implements ReplicaStore {

    private static final List<EntityType<?>> BOOKS = List.of(ReplicaTypes.VERSIONS, ReplicaTypes.RESIDUE);

    private final StorageParts parts;
    private final Tables tables;
    private final Dialect dialect;
    private final Transactions transactions;
    private final RowWriter writer;
    private final Schema schema;
    private volatile @Nullable Bookkeeping bookkeeping;

    public SqlReplica(StorageParts parts) {
        this.parts = parts;
        this.tables = parts.tables();
        this.dialect = parts.dialect();
        this.transactions = parts.transactions();
        this.writer = new RowWriter(parts.clock(), tables);
        this.schema = new Schema(dialect);
    }

    public <T> Repository<T> repository(EntityType<T> type, SqlRows in) {
        tables.of(type);
        return new Repository<>(type, in, parts.clock());
    }

    /** The rows of the storage in units that the execution makes; read-only if the storage is. */
    public SqlRows rows(Execution execution) {
        return new SqlRows(
                dialect,
                tables,
                writer,
                parts.capabilities().has(Capability.WRITES) ? execution : new ReadOnlyExecution(execution));
    }

    @Override
    public ScanPage scan(EntityType<?> type, @Nullable String cursor, int limit) {
        Table table = tables.of(type);
        Bookkeeping books = books();
        return transactions.snapshot(
                () -> context("scan", type),
                session -> new ReplicaScan(session, table, books, dialect.name()).page(cursor, limit));
    }

    @Override
    public List<PartitionState> read(EntityType<?> type, List<Key> partitions) {
        Table table = tables.of(type);
        Bookkeeping books = books();
        return transactions.snapshot(
                () -> context("read", type),
                session -> new ReplicaScan(session, table, books, dialect.name()).read(partitions));
    }

    @Override
    public Set<Integer> carried(EntityType<?> type) {
        tables.of(type);
        return type.fields().stream().map(Field::index).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void prepare(Collection<? extends EntityType<?>> control) {
        tables.add(control);
        ErrorContext context = context("prepare", null);
        List<Table> wanted = control.stream().map(tables::of).toList();
        schema.ready(
                transactions, context, wanted, parts.missing() == Missing.CREATE ? Missing.CREATE : Missing.REFUSE);
    }

    @Override
    public boolean ready(Collection<? extends EntityType<?>> control) {
        boolean there = transactions.read(() -> context("read", null), session -> {
            LiveSchema live = new LiveSchema(session.connection(), dialect);
            for (EntityType<?> type : control) {
                if (live.find(type.sql().table()) == null) {
                    return false;
                }
            }
            return true;
        });
        if (there) {
            tables.add(control);
        }
        return there;
    }

    @Override
    public <R> R transact(Function<? super ReplicaUnit, ? extends R> work) {
        if (books() == null) {
            prepare(BOOKS);
            bookkeeping = new Bookkeeping(tables, writer, dialect);
        }
        return unit(work);
    }

    /** Runs the work in one transaction. */
    public <R> R unit(Function<? super SqlUnit, ? extends R> work) {
        return transactions.atomic(() -> context("transact", null), session -> {
            UnitExecution execution = new UnitExecution(session, parts.errors());
            R result = work.apply(new SqlUnit(this, execution));
            execution.end();
            return result;
        });
    }

    @Override
    public boolean writesSideBySide() {
        return dialect.writesSideBySide();
    }

    @Override
    public String identity() {
        return transactions.read(() -> context("identity", null), Session::place);
    }

    @Override
    public Inventory inventory() {
        List<Inventory.Covered> covered = new ArrayList<>();
        for (EntityType<?> type : parts.catalog().types()) {
            Table table = tables.of(type);
            covered.add(transactions.snapshot(() -> context("inventory", type), session -> {
                String from = " FROM " + table.name();
                long rows = session.number(new Sql("SELECT COUNT(*)" + from));
                long expiring = table.expiry() < 0
                        ? 0
                        : session.number(
                                new Sql("SELECT COUNT(" + table.columns().get(table.expiry()) + ")" + from));
                return new Inventory.Covered(type.name(), rows, 0, 0, expiring, Map.of());
            }));
        }
        return new Inventory(covered, List.of());
    }

    ReplicaApply applying() {
        return new ReplicaApply(tables, bookkeeping(), writer, parts.errors(), dialect.name());
    }

    /** The bookkeeping, within a unit that {@link #transact} has begun. */
    Bookkeeping bookkeeping() {
        Bookkeeping books = books();
        if (books == null) {
            throw new IllegalStateException("A unit that works on partitions is begun with ReplicaStore.transact");
        }
        return books;
    }

    ReplicaScan states(Session session, EntityType<?> type) {
        return new ReplicaScan(session, tables.of(type), bookkeeping(), dialect.name());
    }

    Optional<Row> pinned(Session session, EntityType<?> type, Key key) throws SQLException {
        return session.list(pinning(type, key), tables.of(type)::read).stream().findFirst();
    }

    /** As {@link #pinned}, and reads what is known of the expected partitions in the same round trip. */
    Optional<Row> pinned(Session session, EntityType<?> type, Key key, ExpectedVersions expected) throws SQLException {
        List<Row> rows = new ArrayList<>();
        expected.find(
                session,
                bookkeeping(),
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

    String newest() {
        return dialect.newest();
    }

    /** The bookkeeping, or null if no migration has used this storage yet, from this process or another. */
    private @Nullable Bookkeeping books() {
        Bookkeeping known = bookkeeping;
        if (known != null) {
            return known;
        }
        if (ready(BOOKS)) {
            bookkeeping = new Bookkeeping(tables, writer, dialect);
        }
        return bookkeeping;
    }

    ErrorContext context(String operation, @Nullable EntityType<?> type) {
        return new ErrorContext(operation, dialect.name(), type == null ? null : type.name(), null);
    }
}
