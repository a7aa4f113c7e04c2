package io.storeway.migrate.routing.internal.writes;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.migrate.routing.internal.replication.Touched;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** A unit of work of the authority as the application gets it; notes every partition that it changes, so that it follows. */
final class TouchingUnit implements ReplicaUnit {

    private final ReplicaUnit unit;
    private final Touched touched;
    private final Clock clock;

    TouchingUnit(ReplicaUnit unit, Touched touched, Clock clock) {
        this.unit = unit;
        this.touched = touched;
        this.clock = clock;
    }

    @Override
    public <T> Repository<T> repository(EntityType<T> type) {
        return new Repository<>(type, new TouchingRows(unit.repository(type).rows(), unit, touched, clock), clock);
    }

    @Override
    public void expect(EntityType<?> type, List<Key> partitions) {
        unit.expect(type, partitions);
    }

    @Override
    public List<PartitionState> read(EntityType<?> type, List<Key> partitions) {
        return unit.read(type, partitions);
    }

    @Override
    public List<PartitionState> advance(EntityType<?> type, List<Key> partitions, long epoch) {
        partitions.forEach(partition -> touched.versioned(type, partition));
        return unit.advance(type, partitions, epoch);
    }

    @Override
    public <T> Optional<T> pin(EntityType<T> type, Key key) {
        return unit.pin(type, key);
    }

    @Override
    public List<Applied> apply(EntityType<?> type, List<PartitionState> states) {
        states.forEach(state -> touched.versioned(type, state.key()));
        return unit.apply(type, states);
    }
}
