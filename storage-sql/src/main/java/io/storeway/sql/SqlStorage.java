package io.storeway.sql;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Capabilities;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Missing;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.error.ErrorContext;
import io.storeway.spi.ReplicaStore;
import io.storeway.sql.internal.store.SqlReplica;
import io.storeway.sql.internal.store.SqlRows;
import io.storeway.sql.internal.store.StorageParts;
import java.util.function.Function;
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

    private final StorageParts parts;
    private final SqlReplica replica;
    private final SqlRows rows;
    private final @Nullable AutoCloseable owned;

    SqlStorage(StorageParts parts, @Nullable AutoCloseable owned) {
        this.parts = parts;
        this.owned = owned;
        this.replica = new SqlReplica(parts);
        this.rows = replica.rows(parts.transactions());
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
        return parts.dialect().name();
    }

    @Override
    public Catalog catalog() {
        return parts.catalog();
    }

    @Override
    public Capabilities capabilities() {
        return parts.capabilities();
    }

    @Override
    public <T> Repository<T> repository(EntityType<T> type) {
        return replica.repository(type, rows);
    }

    /** The rows, where each call is a unit of its own. */
    SqlRows standalone() {
        return rows;
    }

    @Override
    public <R> R transact(Function<? super UnitOfWork, ? extends R> work) {
        return replica.unit(work::apply);
    }

    @Override
    public ReplicaStore replica() {
        return replica;
    }

    @Override
    public boolean joinsTransactions() {
        return parts.transactions().joins();
    }

    @Override
    public void close() {
        parts.transactions().close();
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
}
