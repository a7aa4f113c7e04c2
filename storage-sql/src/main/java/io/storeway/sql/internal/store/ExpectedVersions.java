package io.storeway.sql.internal.store;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.store.Bookkeeping.Known;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is known of the partitions that a unit is about to work on, together with another query. The result can be used once, since
 * that use changes what is known. Not thread-safe.
 */
final class ExpectedVersions {

    /** More would have to be read in parts, which isn't worth it. */
    private static final int AT_MOST = 100;

    private @Nullable EntityType<?> type;
    private Set<String> partitions = Set.of();
    private @Nullable Map<String, Known> found;

    /** Notes the partitions, if they are the first of the unit. */
    void note(EntityType<?> of, List<Key> keys) {
        if (type == null && !keys.isEmpty() && keys.size() <= AT_MOST) {
            type = of;
            partitions = Set.copyOf(Bookkeeping.texts(of, keys));
        }
    }

    /** Whether there are noted partitions that haven't been read. */
    boolean open() {
        return type != null && !partitions.isEmpty() && found == null;
    }

    /** Runs a query and reads the partitions together with it. */
    void find(Session session, Bookkeeping books, Sql with, Session.RowSink sink) throws SQLException {
        EntityType<?> of = type;
        if (of != null) {
            found = books.known(session, of, partitions, with, sink);
        }
    }

    /** What was read about exactly these partitions, or null. Returned once. */
    @Nullable
    Map<String, Known> take(EntityType<?> of, List<Key> keys) {
        Map<String, Known> known = found;
        boolean fits = known != null && of == type && partitions.equals(new HashSet<>(Bookkeeping.texts(of, keys)));
        found = null;
        partitions = Set.of();
        return fits ? known : null;
    }
}
