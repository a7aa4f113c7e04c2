package io.storeway.migrate.routing.internal.reads;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.writes.RoutedWrites;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of a routed storage: writes go through {@link RoutedWrites}, reads to the side that {@link RoutedReads} says. */
public final class RoutedRows implements RowStore {

    private final RoutedReads reads;
    private final RoutedWrites writes;

    public RoutedRows(RoutedReads reads, RoutedWrites writes) {
        this.reads = reads;
        this.writes = writes;
    }

    @Override
    public String backend() {
        return RoutingOptions.BACKEND;
    }

    /** Asks for an index on both sides, so that a query which runs today also runs after the switchover. */
    @Override
    public boolean indexed(EntityType<?> type, Selection selection) {
        return reads.rows(Side.OLD, type).indexed(type, selection)
                && reads.rows(Side.NEW, type).indexed(type, selection);
    }

    @Override
    public void insert(EntityType<?> type, List<Row> rows) {
        write("insert", type, partitions(type, rows), to -> {
            to.insert(type, rows);
            return rows.size();
        });
    }

    @Override
    public void update(EntityType<?> type, List<Row> rows) {
        write("update", type, partitions(type, rows), to -> {
            to.update(type, rows);
            return rows.size();
        });
    }

    @Override
    public void save(EntityType<?> type, List<Row> rows) {
        write("save", type, partitions(type, rows), to -> {
            to.save(type, rows);
            return rows.size();
        });
    }

    @Override
    public List<Row> append(EntityType<?> type, List<Row> rows) {
        return write("append", type, partitions(type, rows), to -> to.append(type, rows));
    }

    /** Works in a unit for each page of partitions, because all that has expired may be too much for one. */
    @Override
    public long purge(EntityType<?> type) {
        Field<?, ?> expiry = type.expiry().orElse(null);
        if (expiry == null) {
            return write("purge", type, Set.of(), to -> to.purge(type));
        }
        long purged = 0;
        ExpiredPartitions expired = reads.expired(type, expiry);
        while (expired.hasNext()) {
            List<Key> due = expired.next();
            purged += due.isEmpty() ? 0 : purge(type, due);
        }
        return purged;
    }

    @Override
    public long purge(EntityType<?> type, List<Key> partitions) {
        return write("purge", type, Set.copyOf(partitions), to -> to.purge(type, partitions));
    }

    @Override
    public int delete(EntityType<?> type, List<Key> keys) {
        return write(
                "delete",
                type,
                keys.stream().map(type::partitionOf).collect(Collectors.toSet()),
                to -> to.delete(type, keys));
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> rows) {
        write("replace", type, Set.of(partition), to -> {
            to.replace(type, partition, rows);
            return rows.size();
        });
    }

    private static Set<Key> partitions(EntityType<?> type, List<Row> rows) {
        return rows.stream().map(row -> row.key(type.partitionKey())).collect(Collectors.toSet());
    }

    private <R> R write(
            String operation, EntityType<?> type, Set<Key> partitions, Function<? super RowStore, ? extends R> work) {
        return writes.run(
                operation,
                new RoutedWrites.Aim(type, partitions),
                (ReplicaUnit unit) -> work.apply(unit.repository(type).rows()));
    }

    @Override
    public List<@Nullable Row> find(EntityType<?> type, List<Key> keys) {
        RoutedReads.Route route = reads.route(type);
        Side only = route.single();
        if (only != null) {
            return reads.rows(only, type).find(type, keys);
        }
        List<Integer> fromNew = new ArrayList<>();
        List<Integer> fromOld = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            (route.side(type.partitionOf(keys.get(i))) == Side.NEW ? fromNew : fromOld).add(i);
        }
        Row[] found = new Row[keys.size()];
        find(route, Side.NEW, type, keys, fromNew, found);
        find(route, Side.OLD, type, keys, fromOld, found);
        List<@Nullable Row> rows = new ArrayList<>(found.length);
        for (@Nullable Row row : found) {
            rows.add(row);
        }
        return rows;
    }

    private static void find(
            RoutedReads.Route route,
            Side side,
            EntityType<?> type,
            List<Key> keys,
            List<Integer> places,
            @Nullable Row[] found) {
        if (places.isEmpty()) {
            return;
        }
        List<Key> asked = places.stream().map(keys::get).toList();
        List<@Nullable Row> rows = route.ask(side, store -> store.find(type, asked));
        for (int i = 0; i < places.size(); i++) {
            found[places.get(i)] = rows.get(i);
        }
    }

    @Override
    public List<Row> select(EntityType<?> type, Selection selection) {
        return ask(type, selection, store -> store.select(type, selection));
    }

    @Override
    public long count(EntityType<?> type, Selection selection) {
        return ask(type, selection, store -> store.count(type, selection));
    }

    @Override
    public List<Group> countBy(EntityType<?> type, Selection selection, Field<?, ?> field) {
        return ask(type, selection, store -> store.countBy(type, selection, field));
    }

    private <R> R ask(EntityType<?> type, Selection selection, Function<? super RowStore, ? extends R> question) {
        Key partition = selection.partition();
        RoutedReads.Route route = reads.route(type);
        return route.ask(partition == null ? route.across() : route.side(partition), question);
    }
}
