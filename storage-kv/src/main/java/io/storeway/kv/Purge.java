package io.storeway.kv;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.Decoded;
import io.storeway.kv.internal.EntryPages;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Removes entries whose expiry in the store has passed, and records whose own expiry has. A partition that holds anything but records
 * is left as it is.
 */
final class Purge {

    private final KvStorage storage;
    private final BlobCodec codec;
    private final int expiry;

    Purge(KvStorage storage, EntityType<?> type) {
        storage.requireOpen("purge");
        storage.requireWritable("purge", type);
        this.storage = storage;
        this.codec = storage.codec(type);
        this.expiry = type.expiry().map(Field::index).orElse(-1);
    }

    /** The entries to look at. */
    Iterable<List<Entry>> pages() {
        return EntryPages.of(storage.store(), codec.type().keyValue().key().prefix());
    }

    /** The partitions of a page in which something has expired. */
    List<Key> due(List<Entry> page) {
        Instant now = storage.clock().instant();
        List<Key> due = new ArrayList<>();
        for (Entry entry : page) {
            codec.partitionOf(entry.key())
                    .filter(key -> past(entry.expiresAt(), now) || (expiry >= 0 && anyPast(key, entry, now)))
                    .ifPresent(due::add);
        }
        return due;
    }

    private boolean anyPast(Key key, Entry entry, Instant now) {
        Decoded content = codec.decode(key, entry.value(), entry.metadata(), entry.expiresAt());
        return content.residue().isEmpty()
                && content.items().stream()
                        .anyMatch(item -> past((Instant) item.row().get(expiry), now));
    }

    private static boolean past(@Nullable Instant end, Instant now) {
        return end != null && !now.isBefore(end);
    }

    /** Removes what has expired in the partitions, as the unit sees them, and returns the number of records removed. */
    long apply(KvUnit unit, List<Key> partitions) {
        unit.prefetch(partitions.stream().map(codec::keyOf).toList());
        long purged = 0;
        Map<Key, Write> writes = new LinkedHashMap<>();
        for (Key key : partitions) {
            String storeKey = codec.keyOf(key);
            Entry entry = unit.entry(storeKey);
            if (entry == null) {
                continue;
            }
            KvPartition whole = KvPartition.of(codec, key, storeKey, entry);
            if (past(entry.expiresAt(), unit.now())) {
                purged += whole.content().items().size();
                writes.put(key, Write.delete(storeKey));
            } else if (whole.content().residue().isEmpty()) {
                PartitionEdit edit = new PartitionEdit(whole, unit.now(), "purge", storage.name());
                int removed = edit.purge();
                if (removed > 0) {
                    writes.put(key, edit.result());
                }
                purged += removed;
            }
        }
        unit.put(codec, writes, "purge");
        return purged;
    }
}
