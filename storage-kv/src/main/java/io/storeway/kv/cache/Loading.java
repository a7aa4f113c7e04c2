package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.spi.RowStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Calls the loader of a type, once for a partition however many readers wait, and stores its records in the source. */
final class Loading {

    private final EntityType<?> type;
    private final @Nullable Loader<?> loader;
    private final Counters counters;
    private final CacheContext context;
    private final ConcurrentHashMap<String, SharedWork<Boolean>> loads = new ConcurrentHashMap<>();

    Loading(EntityType<?> type, @Nullable Loader<?> loader, Counters counters, CacheContext context) {
        this.type = type;
        this.loader = loader;
        this.counters = counters;
        this.context = context;
    }

    /**
     * Loads a partition that the source doesn't have. Returns whether the source may have it now.
     *
     * @param threads where the loader is called, if it is not being called already
     * @param absent asks the source again: another writer may have been faster
     */
    boolean load(Executor threads, String key, Key partition, RowStore source, BooleanSupplier absent) {
        if (loader == null) {
            return false;
        }
        SharedWork<Boolean> mine = new SharedWork<>();
        SharedWork<Boolean> load = loads.putIfAbsent(key, mine);
        if (load != null) {
            try {
                return load.await(type);
            } catch (SharedWork.Abandoned e) {
                return load(threads, key, partition, source, absent);
            }
        }
        threads.execute(() -> mine.run(
                () -> !absent.getAsBoolean() || load(loader, partition, source, absent),
                () -> loads.remove(key, mine)));
        return mine.await(type);
    }

    private boolean load(Loader<?> from, Key partition, RowStore source, BooleanSupplier absent) {
        boolean done = false;
        try {
            List<Row> rows = rows(from, partition);
            if (!rows.isEmpty()) {
                store(rows, source, absent);
            }
            done = true;
            return !rows.isEmpty();
        } finally {
            counters.loadFailures.add(done ? 0 : 1);
        }
    }

    private List<Row> rows(Loader<?> from, Key partition) {
        counters.loads.increment();
        ErrorContext context = new ErrorContext("load", "cached", type.name(), partition.redacted());
        List<?> loaded = from.load(partition);
        if (loaded == null) {
            throw new InvalidValueException(
                    "records", "the loader gave null; give an empty list if there are none", context, null);
        }
        List<Row> rows = new ArrayList<>();
        for (Object item : loaded) {
            Row row = toRow(type, item);
            type.check(row, context);
            if (!row.key(type.partitionKey()).equals(partition)) {
                throw new InvalidValueException(
                        "key", "the loader gave a record of another partition than it was asked for", context, null);
            }
            rows.add(row);
        }
        return rows;
    }

    @SuppressWarnings("unchecked")
    private static <T> Row toRow(EntityType<T> type, Object item) {
        return type.toRow((T) item);
    }

    /** Stores the records, unless another writer was faster, whose records stay. */
    private void store(List<Row> rows, RowStore source, BooleanSupplier absent) {
        try {
            context.writer(source).insert(type, rows);
        } catch (ConstraintViolationException e) {
            if (e.kind() != ConstraintKind.UNIQUE || absent.getAsBoolean()) {
                throw e;
            }
        }
    }
}
