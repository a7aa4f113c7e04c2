package io.storeway.sql.internal.transaction;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.OnDelete;
import io.storeway.Reference;
import io.storeway.Row;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.dialect.Tables;
import io.storeway.sql.internal.rows.Lookup;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds which reference a write has broken, for engines that don't say. Runs in the transaction of the write. */
final class ReferenceProbe {

    /** A broken reference and the type that declares it. */
    record Found(EntityType<?> type, Reference reference) {}

    private final Tables tables;

    ReferenceProbe(Tables tables) {
        this.tables = tables;
    }

    /** The broken reference, or null if it can't be found. */
    @Nullable
    Found find(@Nullable Session session) {
        Session.Writing writing = session == null ? null : session.writing();
        if (session == null || writing == null) {
            return null;
        }
        try {
            List<Row> rows = writing.rows();
            return rows == null
                    ? restricting(session, writing.table().type(), writing.keys(), new HashSet<>())
                    : dangling(session, writing.table().type(), rows);
        } catch (SQLException e) {
            return null;
        }
    }

    private @Nullable Found dangling(Session session, EntityType<?> type, List<Row> rows) throws SQLException {
        Found withinTheRows = null;
        for (Reference reference : type.references()) {
            Set<Key> wanted = parents(rows, reference);
            Table target = tables.of(reference.target());
            wanted.removeAll(Lookup.keys(session, target, reference.target().key(), wanted));
            if (reference.target() == type && !wanted.isEmpty()) {
                rows.forEach(row -> wanted.remove(row.key()));
                withinTheRows = new Found(type, reference);
            }
            if (!wanted.isEmpty()) {
                return new Found(type, reference);
            }
        }
        return withinTheRows;
    }

    static Set<Key> parents(List<Row> rows, Reference reference) {
        Set<Key> parents = new HashSet<>();
        for (Row row : rows) {
            Key parent = Table.keyOf(row, reference.fields());
            if (parent != null) {
                parents.add(parent);
            }
        }
        return parents;
    }

    private @Nullable Found restricting(Session session, EntityType<?> parent, List<Key> keys, Set<EntityType<?>> seen)
            throws SQLException {
        if (keys.isEmpty() || !seen.add(parent)) {
            return null;
        }
        for (EntityType<?> child : tables.types()) {
            for (Reference reference : child.references()) {
                if (reference.target() != parent) {
                    continue;
                }
                List<Key> children = Lookup.rows(session, tables.of(child), reference.fields(), keys).stream()
                        .map(Row::key)
                        .toList();
                if (reference.onDelete() == OnDelete.RESTRICT && !children.isEmpty()) {
                    return new Found(child, reference);
                }
                if (reference.onDelete() == OnDelete.CASCADE) {
                    Found deeper = restricting(session, child, children, seen);
                    if (deeper != null) {
                        return deeper;
                    }
                }
            }
        }
        return null;
    }
}
