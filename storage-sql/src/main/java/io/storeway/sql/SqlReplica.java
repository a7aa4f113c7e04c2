package io.storeway.sql;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Missing;
import io.storeway.error.ErrorContext;
import io.storeway.spi.Inventory;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The replica of a SQL storage. The two tables that it needs are made when a migration first uses the storage. */
final class SqlReplica implements ReplicaStore {

    private static final List<EntityType<?>> BOOKS = List.of(Bookkeeping.VERSIONS, Bookkeeping.RESIDUE);

    private final SqlStorage storage;
    private final Tables tables;
    private final Dialect dialect;
    private final Transactions transactions;
    private final RowWriter writer;
    private final Errors errors;
    private final Schema schema;
    private final Missing missing;
    private volatile @Nullable Bookkeeping bookkeeping;

    SqlReplica(
            SqlStorage storage,
            Tables tables,
            Dialect dialect,
            Transactions transactions,
            RowWriter writer,
            Errors errors,
            Missing missing) {
        this.storage = storage;
        this.tables = tables;
        this.dialect = dialect;
        this.transactions = transactions;
        this.writer = writer;
        this.errors = errors;
        this.schema = new Schema(dialect);
        this.missing = missing;
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
        schema.ready(transactions, context, wanted, missing == Missing.CREATE ? missing : Missing.REFUSE);
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
        return storage.unit(work);
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
        for (EntityType<?> type : storage.catalog().types()) {
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
        return new ReplicaApply(tables, bookkeeping(), writer, errors, dialect.name());
    }

    /** The bookkeeping, within a unit that {@link #transact} has begun. */
    Bookkeeping bookkeeping() {
        Bookkeeping books = books();
        if (books == null) {
            throw new IllegalStateException("A unit that works on partitions is begun with ReplicaStore.transact");
        }
        return books;
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

    private ErrorContext context(String operation, @Nullable EntityType<?> type) {
        return new ErrorContext(operation, dialect.name(), type == null ? null : type.name(), null);
    }
}
