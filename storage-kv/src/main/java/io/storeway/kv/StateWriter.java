package io.storeway.kv;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.ReplicaStore.Refusal;
import io.storeway.spi.Residue;
import io.storeway.spi.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes partitions equal to given states, unless something newer was applied to them. */
final class StateWriter {

    private final KvUnit unit;
    private final BlobCodec codec;
    private final EntityType<?> type;

    StateWriter(KvUnit unit, BlobCodec codec) {
        this.unit = unit;
        this.codec = codec;
        this.type = codec.type();
    }

    List<Applied> apply(List<PartitionState> states) {
        List<String> keys = new ArrayList<>(states.size() * 2);
        for (PartitionState state : states) {
            keys.add(codec.keyOf(state.key()));
            keys.add(sidecarKey(state.key()));
        }
        unit.prefetch(keys);
        return states.stream().map(this::apply).toList();
    }

    private String sidecarKey(Key partition) {
        return VersionSidecar.key(type, partition, unit.maxKeyBytes());
    }

    private Applied apply(PartitionState state) {
        if (!codec.holds(state.key())) {
            return homeless(state);
        }
        String key = codec.keyOf(state.key());
        String sidecarKey = sidecarKey(state.key());
        VersionSidecar sidecar = VersionSidecar.read(unit.entry(sidecarKey));
        Version before = sidecar == null ? Version.NONE : sidecar.version();
        int newer = state.version().compareTo(before);
        if (newer < 0) {
            return Applied.of(Outcome.STALE);
        }
        TargetBlob target = TargetBlob.of(codec, state);
        if (!target.refusals().isEmpty()) {
            return new Applied(Outcome.REFUSED, target.refusals());
        }
        Entry entry = unit.entry(key);
        Write wanted = wanted(key, target, entry);
        boolean same = same(target, wanted, entry);
        if (newer == 0 && same) {
            return Applied.of(Outcome.UNCHANGED);
        }
        if (!same) {
            unit.put(wanted);
        }
        if (!state.version().equals(Version.NONE)) {
            unit.put(VersionSidecar.of(state.version(), unit.entry(key)).write(sidecarKey));
        }
        return Applied.of(Outcome.APPLIED);
    }

    private boolean same(TargetBlob target, Write wanted, @Nullable Entry entry) {
        if (entry == null || wanted.value() == null) {
            return entry == null && wanted.value() == null;
        }
        boolean identical = Arrays.equals(entry.value(), wanted.value())
                && Objects.equals(entry.metadata(), wanted.metadata())
                && Objects.equals(entry.expiresAt(), wanted.expiresAt());
        return identical
                || target.sameAs(codec.decode(target.key(), entry.value(), entry.metadata(), entry.expiresAt()));
    }

    /** The answer where the layout fixes a part of the key and the state has another. */
    private static Applied homeless(PartitionState state) {
        List<Refusal> refusals = new ArrayList<>();
        for (int i = 0; i < state.items().size(); i++) {
            refusals.add(new Refusal(i, Residue.Kind.INVALID, null, "key: the layout has no place for this partition"));
        }
        return new Applied(refusals.isEmpty() ? Outcome.UNCHANGED : Outcome.REFUSED, refusals);
    }

    private Write wanted(String key, TargetBlob target, @Nullable Entry before) {
        byte[] blob = target.blob();
        if (blob == null) {
            return Write.delete(key);
        }
        Residue.Beside kept = before == null ? null : new Residue.Beside(before.metadata(), before.expiresAt());
        Residue.Beside beside = target.beside() == null ? kept : target.beside();
        boolean rows = !target.rows().isEmpty();
        return new Write(
                key,
                blob,
                rows && codec.mapsMetadata()
                        ? codec.metadataOf(target.rows())
                        : beside == null ? null : beside.metadata(),
                rows && codec.mapsExpiry()
                        ? codec.expiryOf(target.rows())
                        : beside == null ? null : beside.expiresAt());
    }
}
