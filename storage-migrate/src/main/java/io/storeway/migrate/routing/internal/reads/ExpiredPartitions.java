package io.storeway.migrate.routing.internal.reads;

import io.storeway.Capability;
import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.Sort;
import io.storeway.Storage;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.ScanPage;
import io.storeway.spi.Selection;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of a storage in which a record has expired, page after page: found by a query where the storage answers one by an index,
 * by a walk through all partitions elsewhere, where every page of a query would be such a walk. Not thread-safe.
 */
final class ExpiredPartitions implements Iterator<List<Key>> {

    /** In records. */
    private static final int PAGE = 500;

    private final Storage storage;
    private final EntityType<?> type;
    private final Condition<?> expired;
    private final Supplier<List<Key>> page;
    private boolean ended;
    private @Nullable String cursor;
    private @Nullable List<Object> last;

    ExpiredPartitions(Storage storage, EntityType<?> type, Field<?, ?> expiry, Instant now) {
        this.storage = storage;
        this.type = type;
        this.expired = new Condition.Compare<>(expiry, Condition.Operator.LE, now);
        this.page = storage.capabilities().has(Capability.INDEXED_QUERIES) ? this::query : this::walk;
    }

    @Override
    public boolean hasNext() {
        return !ended;
    }

    /** The partitions of the next page, which may be none. */
    @Override
    public List<Key> next() {
        if (ended) {
            throw new NoSuchElementException();
        }
        return page.get();
    }

    private List<Key> query() {
        List<? extends Sort<?>> order =
                type.key().stream().map(Field::ascending).toList();
        List<Row> rows = storage.repository(type).rows().select(type, new Selection(null, expired, order, last, PAGE));
        ended = rows.size() < PAGE;
        if (!ended) {
            last = rows.get(rows.size() - 1).key().values();
        }
        return rows.stream().map(row -> row.key(type.partitionKey())).distinct().toList();
    }

    private List<Key> walk() {
        ScanPage found = storage.replica().scan(type, cursor, PAGE);
        cursor = found.next();
        ended = cursor == null;
        return found.partitions().stream()
                .filter(state -> state.items().stream().anyMatch(item -> expired.matches(item.row())))
                .map(PartitionState::key)
                .toList();
    }
}
