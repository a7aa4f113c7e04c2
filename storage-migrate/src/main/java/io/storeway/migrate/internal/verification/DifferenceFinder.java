package io.storeway.migrate.internal.verification;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.migrate.Difference;
import io.storeway.migrate.VerifyOptions;
import io.storeway.migrate.internal.PartitionComparison;
import io.storeway.migrate.internal.PartitionDigest;
import io.storeway.migrate.internal.run.Pages;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.spi.PartitionState;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads the partitions of slots that differ again, from both sides, and names the items that differ. Takes slots in groups of about
 * 100,000 partitions, so that memory is bounded however much differs.
 */
final class DifferenceFinder {

    private static final long PARTITIONS_AT_ONCE = 100_000;

    private final Pairing pair;
    private final EntityType<?> type;
    private final PartitionDigest digest;
    private final VerifyOptions options;
    private final List<Difference> examples = new ArrayList<>();
    private long count;
    private long passing;
    private long moving;

    DifferenceFinder(Pairing pair, EntityType<?> type, PartitionDigest digest, VerifyOptions options) {
        this.pair = pair;
        this.type = type;
        this.digest = digest;
        this.options = options;
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
        each(pair.source(), slots, summary -> expected.put(summary.key(), summary));
        Set<String> suspects = new HashSet<>();
        each(pair.target(), slots, summary -> {
            PartitionDigest.Summary other = expected.remove(summary.key());
            if (other == null || !summary.sameContent(other)) {
                suspects.add(summary.key());
            }
        });
        suspects.addAll(expected.keySet());
        List<String> sorted = suspects.stream().sorted().toList();
        int batch = pair.readAtOnce();
        for (int from = 0; from < sorted.size(); from += batch) {
            compare(sorted.subList(from, Math.min(sorted.size(), from + batch)));
        }
    }

    private void each(Storage side, BitSet slots, Consumer<PartitionDigest.Summary> consumer) {
        try (Pages pages = pair.pages(side, type)) {
            while (pages.hasNext()) {
                for (PartitionState state : pages.next().partitions()) {
                    if (slots.get(digest.slot(state))) {
                        PartitionDigest.Summary summary = digest.of(state);
                        if (summary.items() > 0) {
                            consumer.accept(summary);
                        }
                    }
                }
            }
        }
    }

    /** Both sides of a partition, read at about the same time. */
    private record Look(PartitionState source, PartitionState target) {}

    /**
     * Looks at partitions that differ again and again: one that becomes equal has only been written, and one that differs twice
     * without a change between is reported. What still changes at the last look counts as moving.
     */
    void compare(List<String> partitions) {
        Map<String, Look> open = look(partitions);
        for (int looks = 1; looks < options.looks() && !open.isEmpty(); looks++) {
            pair.pace().timer().await(options.between());
            Map<String, Look> now = look(List.copyOf(open.keySet()));
            passing += open.size() - now.size();
            Map<String, Look> moved = new LinkedHashMap<>();
            for (Map.Entry<String, Look> each : now.entrySet()) {
                if (same(Objects.requireNonNull(open.get(each.getKey())), each.getValue())) {
                    report(each.getKey(), each.getValue());
                } else {
                    moved.put(each.getKey(), each.getValue());
                }
            }
            open = moved;
        }
        if (options.looks() == 1) {
            open.forEach(this::report);
        } else {
            moving += open.size();
        }
    }

    /** Those of the partitions whose sides differ. */
    private Map<String, Look> look(List<String> partitions) {
        List<Key> keys = partitions.stream()
                .map(text -> Key.parse(text, type.partitionKey()))
                .toList();
        List<PartitionState> left = read(pair.source(), keys);
        List<PartitionState> right = read(pair.target(), keys);
        Map<String, Look> different = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            if (!digest.of(left.get(i)).sameContent(digest.of(right.get(i)))) {
                different.put(partitions.get(i), new Look(left.get(i), right.get(i)));
            }
        }
        return different;
    }

    private List<PartitionState> read(Storage side, List<Key> keys) {
        return pair.pace().retries().call(() -> side.replica().read(type, keys));
    }

    private boolean same(Look before, Look now) {
        return same(before.source(), now.source()) && same(before.target(), now.target());
    }

    private boolean same(PartitionState before, PartitionState now) {
        return before.version().equals(now.version()) && digest.of(before).equals(digest.of(now));
    }

    private void report(String partition, Look look) {
        for (Difference difference :
                new PartitionComparison(type, digest, partition).compare(look.source(), look.target())) {
            count++;
            pair.listener().difference(difference);
            if (examples.size() < Verification.MAX_EXAMPLES) {
                examples.add(difference);
            }
        }
    }

    long passing() {
        return passing;
    }

    long moving() {
        return moving;
    }

    long count() {
        return count;
    }

    List<Difference> examples() {
        return examples;
    }
}
