package io.storeway.kv;

import io.storeway.kv.internal.BlobCodec;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.Inventory;
import io.storeway.spi.Inventory.Covered;
import io.storeway.spi.Inventory.Uncovered;
import io.storeway.spi.KeyValueStore.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts entries by the type that covers them, and by prefix where none does. Bounded in memory. */
final class InventoryCount {

    /** Prefixes beyond this number are counted together. */
    static final int MAX_PREFIXES = 1_000;

    static final String OTHER = "(other keys)";

    private final List<BlobCodec> codecs;
    private final List<Covered> covered = new ArrayList<>();
    private final List<UnclaimedMembers> unclaimed;
    private final Map<String, Uncovered> uncovered = new LinkedHashMap<>();

    InventoryCount(List<BlobCodec> codecs) {
        this.codecs = codecs;
        this.unclaimed =
                codecs.stream().map(codec -> new UnclaimedMembers(codec.type())).toList();
        codecs.forEach(codec -> covered.add(new Covered(codec.type().name(), 0, 0, 0, 0, Map.of())));
    }

    void add(Entry entry) {
        String key = entry.key();
        if (key.startsWith(KeyTemplate.RESERVED_PREFIX)) {
            return;
        }
        for (int i = 0; i < codecs.size(); i++) {
            if (codecs.get(i).partitionOf(key).isPresent()) {
                unclaimed.get(i).add(entry.value());
                Covered old = covered.get(i);
                covered.set(
                        i,
                        new Covered(
                                old.entity(),
                                old.units() + 1,
                                old.bytes() + entry.value().length,
                                old.withMetadata() + (entry.metadata() == null ? 0 : 1),
                                old.withExpiry() + (entry.expiresAt() == null ? 0 : 1),
                                Map.of()));
                return;
            }
        }
        int colon = key.lastIndexOf(':');
        String prefix = colon < 0 ? key : key.substring(0, colon + 1);
        String line = uncovered.containsKey(prefix) || uncovered.size() < MAX_PREFIXES ? prefix : OTHER;
        uncovered.merge(
                line, new Uncovered(line, 1, key), (old, one) -> new Uncovered(line, old.keys() + 1, old.example()));
    }

    Inventory inventory() {
        List<Covered> types = new ArrayList<>();
        for (int i = 0; i < covered.size(); i++) {
            Covered line = covered.get(i);
            types.add(new Covered(
                    line.entity(),
                    line.units(),
                    line.bytes(),
                    line.withMetadata(),
                    line.withExpiry(),
                    unclaimed.get(i).found()));
        }
        return new Inventory(types, List.copyOf(uncovered.values()));
    }
}
