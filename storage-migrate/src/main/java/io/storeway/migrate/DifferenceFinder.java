package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.migrate.internal.PartitionComparison;
import io.storeway.migrate.internal.PartitionDigest;
import io.storeway.migrate.internal.Scan;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the partitions of differing slots again, from both sides, and names the items that differ. It takes as many slots
 * at once as hold about 100,000 partitions, so memory is bounded however much differs.
 */
final class DifferenceFinder {

    private static final long PARTITIONS_AT_ONCE = 100_000;

    private final EntityType<?> type;
    private final ReplicaStore source;
    private final ReplicaStore target;
    private final PartitionDigest digest;
    private final int batch;
    private final List<Difference> examples = new ArrayList<>();
    private long count;

    DifferenceFinder(EntityType<?> type, ReplicaStore source, ReplicaStore target, PartitionDigest digest, int batch) {
        this.type = type;
        this.source = source;
        this.target = target;
        this.digest = digest;
        this.batch = batch;
    }

    void find(BitSet differing, SlotDigests left, SlotDigests right) {
        BitSet group = new BitSet();
        long partitions = 0;
        for (int slot = differing.nextSetBit(0); slot >= 0; slot = differing.nextSetBit(slot + 1)) {
            group.set(slot);
            partitions += left.partitions(slot) + right.partitions(slot);
            if (partitions >= PARTITIONS_AT_ONCE) {
                findIn(group);
                group.clear();
                partitions = 0;
            }
        }
        if (!group.isEmpty()) {
            findIn(group);
        }
    }

    private void findIn(BitSet slots) {
        Map<String, PartitionDigest.Summary> expected = new HashMap<>();
        Scan.of(source, type, batch, state -> {
            PartitionDigest.Summary summary = digest.of(state);
            if (slots.get(summary.slot()) && summary.items() > 0) {
                expected.put(summary.key(), summary);
            }
        });
        Set<String> suspects = new HashSet<>();
        Scan.of(target, type, batch, state -> {
            PartitionDigest.Summary summary = digest.of(state);
            if (slots.get(summary.slot()) && summary.items() > 0) {
                PartitionDigest.Summary other = expected.remove(summary.key());
                if (!summary.equals(other)) {
                    suspects.add(summary.key());
                }
            }
        });
        suspects.addAll(expected.keySet());
        List<String> sorted = suspects.stream().sorted().toList();
        for (int from = 0; from < sorted.size(); from += batch) {
            compare(sorted.subList(from, Math.min(sorted.size(), from + batch)));
        }
    }

    private void compare(List<String> partitions) {
        List<Key> keys = partitions.stream()
                .map(text -> Key.parse(text, type.partitionKey()))
                .toList();
        List<PartitionState> left = source.read(type, keys);
        List<PartitionState> right = target.read(type, keys);
        for (int i = 0; i < partitions.size(); i++) {
            PartitionComparison comparison = new PartitionComparison(type, digest, partitions.get(i));
            for (Difference difference : comparison.compare(left.get(i), right.get(i))) {
                count++;
                if (examples.size() < Verification.MAX_EXAMPLES) {
                    examples.add(difference);
                }
            }
        }
    }

    long count() {
        return count;
    }

    List<Difference> examples() {
        return examples;
    }
}
