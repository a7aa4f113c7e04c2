package io.storeway.migrate.internal.verification;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.spi.ForwardingReplica;
import io.storeway.spi.ForwardingStorage;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A view of a storage in which one item of each chosen partition is wrong: the first one has another value in a field outside its
 * key, or is missing if there is no such field. Only for reading; closing it closes nothing.
 */
final class PlantedStorage extends ForwardingStorage {

    private final Set<String> chosen;
    private final Set<Integer> carried;
    private final LiveRows live;

    /**
     * A storage with defects.
     *
     * @param chosen the partitions, by their key's text
     * @param carried the positions of the fields that a comparison looks at
     * @param live leaves out expired rows, which a comparison doesn't look at
     */
    PlantedStorage(Storage inner, Set<String> chosen, Set<Integer> carried, LiveRows live) {
        super(inner);
        this.chosen = chosen;
        this.carried = carried;
        this.live = live;
    }

    @Override
    public <R> R transact(Function<? super UnitOfWork, ? extends R> work) {
        throw readOnly();
    }

    private static IllegalStateException readOnly() {
        return new IllegalStateException("Planted defects are for reading");
    }

    @Override
    public void close() {
        // The storage belongs to whoever handed it in.
    }

    private PartitionState altered(EntityType<?> type, PartitionState state) {
        if (!chosen.contains(state.key().text(type.partitionKey()))) {
            return state;
        }
        List<PartitionState.Item> items = new ArrayList<>(live.of(state).items());
        PartitionState.Item first = items.remove(0);
        Row row = altered(type, first.row());
        if (row != null) {
            items.add(0, new PartitionState.Item(first.position(), row, first.payload()));
        }
        return new PartitionState(state.key(), state.version(), items, state.residue());
    }

    private @Nullable Row altered(EntityType<?> type, Row row) {
        for (Field<?, ?> field : type.fields()) {
            boolean free = carried.contains(field.index()) && !type.key().contains(field);
            Object value = row.get(field.index());
            if (free && value != null && field.type().kind() == FieldType.Kind.TEXT) {
                return row.with(field.index(), value + "?");
            }
            if (free && value != null && field.type().kind() == FieldType.Kind.DOUBLE) {
                return row.with(field.index(), Math.nextUp((Double) value));
            }
            if (free && value != null && field.nullable()) {
                return row.with(field.index(), null);
            }
        }
        return null;
    }

    @Override
    public ReplicaStore replica() {
        return new ForwardingReplica(super.replica()) {
            @Override
            public ScanPage scan(EntityType<?> type, @Nullable String cursor, int limit) {
                ScanPage page = super.scan(type, cursor, limit);
                return new ScanPage(
                        page.partitions().stream()
                                .map(state -> altered(type, state))
                                .toList(),
                        page.next());
            }

            @Override
            public List<PartitionState> read(EntityType<?> type, List<Key> partitions) {
                return super.read(type, partitions).stream()
                        .map(state -> altered(type, state))
                        .toList();
            }

            @Override
            public void prepare(Collection<? extends EntityType<?>> control) {
                throw readOnly();
            }

            @Override
            public <R> R transact(Function<? super ReplicaUnit, ? extends R> work) {
                throw readOnly();
            }
        };
    }
}
