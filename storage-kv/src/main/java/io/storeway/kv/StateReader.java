package io.storeway.kv;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whole partitions as a unit sees them, and the versions that it gives them. */
final class StateReader {

    private final KvUnit unit;
    private final BlobCodec codec;
    private final EntityType<?> type;

    StateReader(KvUnit unit, BlobCodec codec) {
        this.unit = unit;
        this.codec = codec;
        this.type = codec.type();
    }

    List<PartitionState> read(List<Key> partitions) {
        prefetch(partitions);
        return partitions.stream().map(this::state).toList();
    }

    List<PartitionState> advance(List<Key> partitions, long epoch) {
        prefetch(partitions);
        List<PartitionState> states = new ArrayList<>(partitions.size());
        for (Key partition : partitions) {
            String key = sidecarKey(partition);
            VersionSidecar before = VersionSidecar.read(unit.entry(key));
            Version next = (before == null ? Version.NONE : before.version()).next(epoch);
            Entry entry = entry(partition);
            unit.put(VersionSidecar.of(next, entry).write(key));
            states.add(KvReplica.state(codec, partition, entry, next));
        }
        return states;
    }

    private void prefetch(List<Key> partitions) {
        unit.prefetch(keys(partitions, true));
    }

    /** The keys of the blobs, and of their version sidecars if wanted. */
    List<String> keys(List<Key> partitions, boolean withVersions) {
        List<String> keys = new ArrayList<>(partitions.size() * 2);
        for (Key partition : partitions) {
            if (codec.holds(partition)) {
                keys.add(codec.keyOf(partition));
            }
            if (withVersions) {
                keys.add(sidecarKey(partition));
            }
        }
        return keys;
    }

    private PartitionState state(Key partition) {
        return KvReplica.state(unit.store(), codec, partition, entry(partition), unit.entry(sidecarKey(partition)));
    }

    /** The blob, or null if there is none or the layout has no place for the partition. */
    private @Nullable Entry entry(Key partition) {
        return codec.holds(partition) ? unit.entry(codec.keyOf(partition)) : null;
    }

    private String sidecarKey(Key partition) {
        return VersionSidecar.key(type, partition, unit.maxKeyBytes());
    }
}
