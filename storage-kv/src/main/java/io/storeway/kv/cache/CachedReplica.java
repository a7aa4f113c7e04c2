package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.spi.Inventory;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The replica of the source; what a migration writes through it invalidates cache entries. */
final class CachedReplica implements ReplicaStore {

    private final ReplicaStore source;
    private final String backend;
    private final CacheContext context;

    CachedReplica(ReplicaStore source, CacheContext context, String backend) {
        this.source = source;
        this.backend = backend;
        this.context = context;
    }

    @Override
    public ScanPage scan(EntityType<?> type, @Nullable String cursor, int limit) {
        context.requireOpen("scan", backend);
        return source.scan(type, cursor, limit);
    }

    @Override
    public List<PartitionState> read(EntityType<?> type, List<Key> partitions) {
        context.requireOpen("read", backend);
        return source.read(type, partitions);
    }

    @Override
    public Set<Integer> carried(EntityType<?> type) {
        return source.carried(type);
    }

    @Override
    public void prepare(Collection<? extends EntityType<?>> control) {
        source.prepare(control);
    }

    @Override
    public boolean ready(Collection<? extends EntityType<?>> control) {
        return source.ready(control);
    }

    @Override
    public boolean writesSideBySide() {
        return source.writesSideBySide();
    }

    @Override
    public String identity() {
        return source.identity();
    }

    @Override
    public Inventory inventory() {
        return source.inventory();
    }

    @Override
    public <R> R transact(Function<? super ReplicaUnit, ? extends R> work) {
        CacheWrite write = new CacheWrite(context);
        return write.run(
                List.of(),
                () -> source.transact(unit -> {
                    Touched touched = new Touched(context.types());
                    R result = work.apply(new Unit(unit, touched, context.clock()));
                    write.mark(touched.keys());
                    return result;
                }));
    }

    private record Unit(ReplicaUnit source, Touched touched, Clock clock) implements ReplicaUnit {

        @Override
        public void expect(EntityType<?> type, List<Key> partitions) {
            source.expect(type, partitions);
        }

        @Override
        public <T> Repository<T> repository(EntityType<T> type) {
            return new Repository<>(
                    type, new RecordingRows(source.repository(type).rows(), touched), clock);
        }

        @Override
        public List<PartitionState> read(EntityType<?> type, List<Key> partitions) {
            return source.read(type, partitions);
        }

        @Override
        public List<PartitionState> advance(EntityType<?> type, List<Key> partitions, long epoch) {
            return source.advance(type, partitions, epoch);
        }

        @Override
        public <T> Optional<T> pin(EntityType<T> type, Key key) {
            return source.pin(type, key);
        }

        @Override
        public List<Applied> apply(EntityType<?> type, List<PartitionState> states) {
            states.forEach(state -> touched.partition(type, state.key()));
            touched.deletions(type);
            return source.apply(type, states);
        }
    }
}
