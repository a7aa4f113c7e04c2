package io.storeway.sql.internal.transaction;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Reference;
import io.storeway.Row;
import io.storeway.UniqueKey;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageException;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.dialect.Tables;
import io.storeway.sql.internal.rows.Lookup;
import io.storeway.sql.internal.rows.ParentsFirst;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the record because of which a batch was refused. Asks after the batch is undone, so that only rows from before are there. */
final class Culprit {

    /** For larger batches no record is searched. */
    private static final int MOST = 10_000;

    private final Session session;
    private final Tables tables;
    private final Session.Writing writing;
    private final Table table;
    private final EntityType<?> type;

    private Culprit(Session session, Tables tables, Session.Writing writing) {
        this.session = session;
        this.tables = tables;
        this.writing = writing;
        this.table = writing.table();
        this.type = table.type();
    }

    /** The refusal with the key of the record; unchanged if the record can't be found. */
    static ConstraintViolationException named(ConstraintViolationException refusal, Session session, Tables tables) {
        Session.Writing writing = session.writing();
        if (writing == null
                || refusal.context().key() != null
                || Math.max(
                                writing.keys().size(),
                                writing.rows() == null ? 0 : writing.rows().size())
                        > MOST) {
            return refusal;
        }
        try {
            return new Culprit(session, tables, writing).named(refusal);
        } catch (SQLException | StorageException e) {
            return refusal;
        }
    }

    private ConstraintViolationException named(ConstraintViolationException refusal) throws SQLException {
        List<Row> rows = writing.rows();
        String constraint = refusal.constraint();
        if (refusal.kind() == ConstraintKind.REFERENCE) {
            return with(refusal, rows == null ? referredTo(constraint) : dangling(rows, constraint));
        }
        if (refusal.kind() != ConstraintKind.UNIQUE || rows == null) {
            return refusal;
        }
        List<Row> inOrder = ParentsFirst.order(table, rows);
        if (type.sql().primaryKey().equals(constraint)) {
            return with(refusal, repeated(inOrder, type.key()));
        }
        UniqueKey unique = type.uniqueKeys().stream()
                .filter(each -> each.name().equals(constraint))
                .findFirst()
                .orElse(null);
        Key key = unique == null ? null : repeated(inOrder, unique.fields());
        boolean there = key != null && writing.inserts() && key.equals(repeated(inOrder, type.key()));
        return with(there ? ofPrimaryKey(refusal) : refusal, key);
    }

    /** The key of the first row whose values in the fields an existing row or an earlier row of the batch has. */
    private @Nullable Key repeated(List<Row> rows, List<? extends Field<?, ?>> fields) throws SQLException {
        Set<Key> wanted = new HashSet<>();
        rows.stream()
                .map(row -> Table.keyOf(row, fields))
                .filter(Objects::nonNull)
                .forEach(wanted::add);
        Map<Key, Key> holders = new HashMap<>();
        for (Row there : Lookup.rows(session, table, fields, wanted)) {
            if (!writing.expired().test(there)) {
                holders.put(there.key(fields), there.key());
            }
        }
        for (Row row : rows) {
            Key values = Table.keyOf(row, fields);
            Key holder = values == null ? null : holders.putIfAbsent(values, row.key());
            if (holder != null && (writing.inserts() || !holder.equals(row.key()))) {
                return row.key();
            }
        }
        return null;
    }

    private @Nullable Key dangling(List<Row> rows, @Nullable String constraint) throws SQLException {
        for (Reference reference : type.references()) {
            if (!reference.name().equals(constraint)) {
                continue;
            }
            EntityType<?> target = reference.target();
            Set<Key> wanted = ReferenceProbe.parents(rows, reference);
            wanted.removeAll(Lookup.keys(session, tables.of(target), target.key(), wanted));
            if (target == type) {
                rows.forEach(row -> wanted.remove(row.key()));
            }
            for (Row row : rows) {
                Key parent = Table.keyOf(row, reference.fields());
                if (parent != null && wanted.contains(parent)) {
                    return row.key();
                }
            }
        }
        return null;
    }

    private @Nullable Key referredTo(@Nullable String constraint) throws SQLException {
        for (EntityType<?> child : tables.types()) {
            for (Reference reference : child.references()) {
                if (reference.target() == type && reference.name().equals(constraint)) {
                    Set<Key> there = Lookup.keys(session, tables.of(child), reference.fields(), writing.keys());
                    return writing.keys().stream()
                            .filter(there::contains)
                            .findFirst()
                            .orElse(null);
                }
            }
        }
        return null;
    }

    private ConstraintViolationException ofPrimaryKey(ConstraintViolationException refusal) {
        return new ConstraintViolationException(
                refusal.kind(),
                type.sql().primaryKey(),
                type.columns(type.key()),
                refusal.context(),
                refusal.getCause());
    }

    private static ConstraintViolationException with(ConstraintViolationException refusal, @Nullable Key key) {
        if (key == null) {
            return refusal;
        }
        ErrorContext context = refusal.context();
        return new ConstraintViolationException(
                refusal.kind(),
                refusal.constraint(),
                refusal.columns(),
                new ErrorContext(context.operation(), context.backend(), context.entity(), key.redacted()),
                refusal.getCause());
    }
}
