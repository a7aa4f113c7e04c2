package io.storeway.spi;

import io.storeway.EntityType;
import io.storeway.Key;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Forwards every call to another replica; see {@link ForwardingStorage}. Subclasses override what they change. */
public abstract class ForwardingReplica implements ReplicaStore {

    private final ReplicaStore inner;

    /** Forwards to this replica. */
    protected ForwardingReplica(ReplicaStore inner) {
        this.inner = inner;
    }

    @Override
    public ScanPage scan(EntityType<?> type, @Nullable String cursor, int limit) {
        return inner.scan(type, cursor, limit);
    }

    @Override
    public List<PartitionState> read(EntityType<?> type, List<Key> partitions) {
        return inner.read(type, partitions);
    }

    @Override
    public Set<Integer> carried(EntityType<?> type) {
        return inner.carried(type);
    }

    @Override
    public void prepare(Collection<? extends EntityType<?>> control) {
        inner.prepare(control);
    }

    @Override
    public boolean ready(Collection<? extends EntityType<?>> control) {
        return inner.ready(control);
    }

    @Override
    public <R> R transact(Function<? super ReplicaUnit, ? extends R> work) {
        return inner.transact(work);
    }

    @Override
    public boolean writesSideBySide() {
        return inner.writesSideBySide();
    }

    @Override
    public String identity() {
        return inner.identity();
    }

    @Override
    public Inventory inventory() {
        return inner.inventory();
    }
}
