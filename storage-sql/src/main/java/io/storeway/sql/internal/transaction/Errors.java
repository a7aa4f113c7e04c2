package io.storeway.sql.internal.transaction;

import io.storeway.EntityType;
import io.storeway.Reference;
import io.storeway.Row;
import io.storeway.UniqueKey;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.SchemaMismatchException;
import io.storeway.error.StorageException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.TransactionFailedException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.sql.internal.connection.LeftOutException;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.Failure;
import io.storeway.sql.internal.dialect.Tables;
import io.storeway.sql.internal.rows.Lookup;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Turns exceptions of drivers into those that all backends share, with the declared names of constraints. */
public final class Errors {

    private final Dialect dialect;
    private final Supplier<List<EntityType<?>>> types;
    private final ReferenceProbe probe;
    private final Tables tables;

    public Errors(Dialect dialect, Tables tables) {
        this.dialect = dialect;
        this.tables = tables;
        this.types = tables::types;
        this.probe = new ReferenceProbe(tables);
    }

    /** The driver's exception if Jdbi has wrapped it, otherwise the exception itself. */
    static Throwable driver(Throwable e) {
        return e instanceof JdbiException && e.getCause() != null ? e.getCause() : e;
    }

    public Failure.Sort sort(SQLException e) {
        return failure(e).sort();
    }

    private Failure failure(SQLException e) {
        return e instanceof LeftOutException leftOut ? leftOut.failure() : dialect.classify(e);
    }

    Connection connect(DataSource dataSource, Supplier<ErrorContext> context) {
        try {
            return dataSource.getConnection();
        } catch (SQLException e) {
            throw unconnected(dialect, e, context.get());
        } catch (RuntimeException e) {
            throw new StorageUnavailableException("The DataSource gives no connection", context.get(), e);
        }
    }

    /** The exception for a connection that could not be opened, with the driver's first reason instead of the pool's. */
    public static StorageException unconnected(@Nullable Dialect dialect, SQLException e, ErrorContext context) {
        if (e.getCause() instanceof SQLException cause) {
            return unconnected(dialect, cause, context);
        }
        if (e.getCause() instanceof InterruptedException) {
            return new StorageUnavailableException(
                    "The thread was interrupted while it waited for a connection; nothing was done", context, e);
        }
        if (e instanceof SQLTransientConnectionException) {
            return new StorageTimeoutException(
                    "The DataSource had no connection to spare in time; enlarge the pool or end units sooner",
                    context,
                    e);
        }
        if (dialect == null) {
            return new StorageUnavailableException("The DataSource gives no connection", context, e);
        }
        Failure failure = dialect.classify(e);
        String message = "The DataSource gives no connection: " + unconnected(failure);
        return failure.sort() == Failure.Sort.DECLINED
                ? new UnsupportedCapabilityException(message, context, dialect.redacted(e))
                : new StorageUnavailableException(message, context, dialect.redacted(e));
    }

    /** The advice for a failure to connect: it can't say that a connection was lost, or a statement refused. */
    private static String unconnected(Failure failure) {
        if (failure.equals(Failure.REFUSED)) {
            return "the database or its driver refuses the URL, one of its settings, or the user";
        }
        return failure.equals(Failure.NO_CONNECTION)
                ? "the database can't be reached; see that it runs there and takes connections"
                : failure.advice();
    }

    /** The exception for a failed statement. If the engine doesn't name a broken reference, the database is asked for it. */
    public StorageException map(SQLException e, ErrorContext context, @Nullable Session session) {
        Failure failure = failure(e);
        SQLException cause = dialect.redacted(e);
        if (session != null && session.held().failedLate() && failure.sort().concernsRows()) {
            // Nothing says which of the writes was refused, so the unit runs again with savepoints.
            session.askForCare();
        }
        return switch (failure.sort()) {
            case UNIQUE -> unique(failure, context, session, cause);
            case NOT_NULL -> notNull(failure, context, session, cause);
            case CHECK -> check(failure, context, cause);
            case REFERENCE -> reference(failure, context, session, cause);
            case INVALID -> new InvalidValueException("row", failure.advice(), context, cause);
            case TOO_LONG -> tooLong(failure, context, session, cause);
            case CONFLICT -> {
                if (session == null) {
                    yield new StorageUnavailableException(failure.advice(), context, cause);
                }
                yield conflict(session, context, cause);
            }
            case EXISTS -> {
                if (session != null) {
                    session.conflict();
                }
                yield new SchemaMismatchException(List.of(failure.advice()), context);
            }
            case DECLINED -> new UnsupportedCapabilityException(failure.advice(), context, cause);
            case TIMEOUT -> new StorageTimeoutException(failure.advice(), context, cause);
            case ENDED -> {
                if (session != null) {
                    session.giveUp();
                }
                yield new StorageTimeoutException(failure.advice(), context, cause);
            }
            case LOST, FULL, UNAVAILABLE -> {
                if (session != null && failure.sort() == Failure.Sort.LOST) {
                    session.giveUp();
                }
                yield new StorageUnavailableException(failure.advice(), context, cause);
            }
        };
    }

    /**
     * Improves a failure after its call was undone, when the session can be used again: the refusal of a batch gets the key of the
     * record. Not for calls within a unit, because there earlier writes are undone too.
     */
    RuntimeException undone(RuntimeException failure, Throwable thrown, Session session) {
        if (!session.broken()
                && driver(thrown) instanceof SQLException
                && failure instanceof ConstraintViolationException refusal) {
            return Culprit.named(refusal, session, tables);
        }
        return failure;
    }

    /** The exception for a value too long for an index. PostgreSQL doesn't say which one; the longest indexed one is the most likely. */
    private static InvalidValueException tooLong(
            Failure failure, ErrorContext context, @Nullable Session session, SQLException cause) {
        Session.Writing writing = session == null ? null : session.writing();
        String field =
                writing == null || writing.rows() == null || writing.rows().isEmpty()
                        ? "row"
                        : writing.table()
                                .largest(writing.rows(), writing.table().indexedFields())
                                .name();
        return new InvalidValueException(field, failure.advice(), context, cause);
    }

    private StorageException unique(
            Failure failure, ErrorContext context, @Nullable Session session, SQLException cause) {
        EntityType<?> type = type(failure, context, session).orElse(null);
        if (type == null) {
            return violation(ConstraintKind.UNIQUE, failure.constraint(), failure.columns(), context, cause);
        }
        List<String> key = type.columns(type.key());
        List<String> named =
                failure.columns().isEmpty() ? tables.of(type).uniqueIndex(failure.constraint()) : failure.columns();
        HashSet<String> columns = new HashSet<>(named);
        if (columns.equals(new HashSet<>(key))
                || type.sql().primaryKey().equals(failure.constraint())
                || Failure.PRIMARY.equals(failure.constraint())
                || (dialect.mayNameUniqueKeyFirst() && onlyRowIsThere(type, session))) {
            Session.Writing writing = session == null ? null : session.writing();
            if (session != null && writing != null && writing.raceOnKey()) {
                return conflict(session, context, cause);
            }
            return violation(ConstraintKind.UNIQUE, type.sql().primaryKey(), key, context, cause);
        }
        for (UniqueKey unique : type.uniqueKeys()) {
            List<String> declared = type.columns(unique.fields());
            if (columns.equals(new HashSet<>(declared)) || unique.name().equals(failure.constraint())) {
                return violation(ConstraintKind.UNIQUE, unique.name(), declared, context, cause);
            }
        }
        return violation(ConstraintKind.UNIQUE, failure.constraint(), named, context, cause);
    }

    /** Whether the only row to insert exists already. Of several rows some may exist because of the insertion itself. */
    private static boolean onlyRowIsThere(EntityType<?> type, @Nullable Session session) {
        Session.Writing writing = session == null ? null : session.writing();
        if (session == null
                || writing == null
                || !writing.inserts()
                || writing.table().type() != type) {
            return false;
        }
        List<Row> rows = writing.rows();
        try {
            return rows != null
                    && rows.size() == 1
                    && !Lookup.keys(
                                    session,
                                    writing.table(),
                                    type.key(),
                                    List.of(rows.get(0).key()))
                            .isEmpty();
        } catch (SQLException e) {
            return false;
        }
    }

    private StorageException notNull(
            Failure failure, ErrorContext context, @Nullable Session session, SQLException cause) {
        EntityType<?> type = type(failure, context, session).orElse(null);
        String column = failure.columns().isEmpty() ? "" : failure.columns().get(0);
        int field = type == null ? -1 : type.sql().columns().indexOf(column);
        String name = type == null || field < 0 ? null : type.sql().notNullName(field);
        return violation(ConstraintKind.NOT_NULL, name, failure.columns(), context, cause);
    }

    private StorageException check(Failure failure, ErrorContext context, SQLException cause) {
        String name = failure.constraint();
        List<String> columns = types.get().stream()
                .flatMap(type -> type.checks().stream()
                        .filter(check -> check.name().equals(name))
                        .flatMap(check -> type.columns(List.of(check.field())).stream()))
                .limit(1)
                .toList();
        return violation(ConstraintKind.CHECK, name, columns, context, cause);
    }

    private StorageException reference(
            Failure failure, ErrorContext context, @Nullable Session session, SQLException cause) {
        String table = failure.table();
        ReferenceProbe.Found found = table == null ? probe.find(session) : declared(failure, table);
        if (found == null) {
            return violation(ConstraintKind.REFERENCE, failure.constraint(), failure.columns(), context, cause);
        }
        Reference reference = found.reference();
        return violation(
                ConstraintKind.REFERENCE, reference.name(), found.type().columns(reference.fields()), context, cause);
    }

    /** Finds a reference by its name, by its columns or, if a parent was to be deleted, by the columns of the parent's key. */
    private ReferenceProbe.@Nullable Found declared(Failure failure, String table) {
        List<ReferenceProbe.Found> all = types.get().stream()
                .filter(type -> dialect.sameName(type.sql().table(), table))
                .flatMap(type -> type.references().stream().map(reference -> new ReferenceProbe.Found(type, reference)))
                .toList();
        List<Predicate<ReferenceProbe.Found>> ways = List.of(
                found -> found.reference().name().equals(failure.constraint()),
                found -> found.type().columns(found.reference().fields()).equals(failure.columns()),
                found -> {
                    EntityType<?> target = found.reference().target();
                    return target.columns(target.key()).equals(failure.columns());
                });
        for (Predicate<ReferenceProbe.Found> way : ways) {
            List<ReferenceProbe.Found> found = all.stream().filter(way).toList();
            if (found.size() == 1) {
                return found.get(0);
            }
        }
        return null;
    }

    private static ConstraintViolationException violation(
            ConstraintKind kind,
            @Nullable String constraint,
            List<String> columns,
            ErrorContext context,
            SQLException cause) {
        return new ConstraintViolationException(kind, constraint, columns, context, cause);
    }

    /** The type of the table that the engine names, or else of the table that is being written. */
    private Optional<EntityType<?>> type(Failure failure, ErrorContext context, @Nullable Session session) {
        Stream<EntityType<?>> all = types.get().stream();
        String table = failure.table();
        Session.Writing writing = session == null ? null : session.writing();
        if (table == null && writing != null) {
            return Optional.of(writing.table().type());
        }
        return (table == null
                        ? all.filter(type -> type.name().equals(context.entity()))
                        : all.filter(type -> dialect.sameName(type.sql().table(), table)))
                .findFirst();
    }

    /** The exception for a unit in conflict with another writer. */
    public static TransactionFailedException conflict(
            Session session, ErrorContext context, @Nullable SQLException cause) {
        session.conflict();
        return new TransactionFailedException(
                session.joined()
                        ? "Another writer was in the way; roll the transaction back and run it again"
                        : "Another writer was in the way, also when the work was run again",
                context,
                cause);
    }
}
