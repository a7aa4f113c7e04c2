package io.storeway.migrate.repair;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.migrate.Difference;
import io.storeway.migrate.internal.CarriedFields;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.migrate.internal.PartitionComparison;
import io.storeway.migrate.internal.PartitionDigest;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import java.time.Instant;
import java.util.List;

/** The partitions of one type on both sides, and how they compare at one instant. Not thread-safe. */
final class PartitionPair {

    private final EntityType<?> type;
    private final ReplicaStore source;
    private final ReplicaStore target;
    private final LiveRows live;
    private final PartitionDigest digest;

    PartitionPair(EntityType<?> type, Storage source, Storage target, Instant now) {
        this.type = type;
        this.source = source.replica();
        this.target = target.replica();
        this.live = LiveRows.of(type, now);
        this.digest = new PartitionDigest(type, live, CarriedFields.of(type, source, target));
    }

    EntityType<?> type() {
        return type;
    }

    ReplicaStore source() {
        return source;
    }

    ReplicaStore target() {
        return target;
    }

    /** The states of the source, without rows that have expired. */
    List<PartitionState> wanted(List<Key> keys) {
        return source.read(type, keys).stream().map(live::of).toList();
    }

    /** The states of the target, without rows that have expired. */
    List<PartitionState> present(List<Key> keys) {
        return target.read(type, keys).stream().map(live::of).toList();
    }

    boolean empty(PartitionState state) {
        return digest.of(state).items() == 0;
    }

    String text(PartitionState state) {
        return state.key().text(type.partitionKey());
    }

    List<Difference> differences(PartitionState wanted, PartitionState present) {
        if (digest.of(wanted).equals(digest.of(present))) {
            return List.of();
        }
        return new PartitionComparison(type, digest, text(wanted)).compare(wanted, present);
    }
}
