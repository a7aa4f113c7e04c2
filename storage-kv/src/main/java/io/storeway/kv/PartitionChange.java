package io.storeway.kv;

import io.storeway.Key;
import io.storeway.Row;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.Decoded;
import io.storeway.kv.internal.StoredItem;
import io.storeway.spi.KeyValueStore.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of the records of a partition.
 *
 * @param codec the codec of its type
 * @param partition its key
 * @param before the records before the change, expired or not
 * @param after the records after it
 * @param expiresAt when the store may drop the blob after the change, or null
 * @param expiryMoved whether that was another time before
 */
record PartitionChange(
        BlobCodec codec,
        Key partition,
        List<Row> before,
        List<Row> after,
        @Nullable Instant expiresAt,
        boolean expiryMoved) {

    /** A change from one entry to another. */
    static PartitionChange of(BlobCodec codec, Key partition, @Nullable Entry before, @Nullable Entry after) {
        Instant expiresAt = after == null ? null : after.expiresAt();
        return new PartitionChange(
                codec,
                partition,
                rows(codec, partition, before),
                rows(codec, partition, after),
                expiresAt,
                before != null && !Objects.equals(before.expiresAt(), expiresAt));
    }

    /** The records of an entry, even if the store may drop it. */
    static List<Row> rows(BlobCodec codec, Key partition, @Nullable Entry entry) {
        Decoded content = entry == null
                ? Decoded.NOTHING
                : codec.decode(partition, entry.value(), entry.metadata(), entry.expiresAt());
        return content.items().stream().map(StoredItem::row).toList();
    }
}
