package io.storeway.kv;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.ContentIds;

/**
 * Gives the id of a record whose type places its identity as {@link io.storeway.Blob#contentId}: for items of an array that
 * have no id of their own, such as the entries of a history. Deterministic, so that every reader of the array finds the
 * same ids.
 *
 * <p>The id is the first 128 bits, in hex, of SHA-256 over three lines: the text of the partition key, the item as JSON with
 * sorted members and without trailing zeros in numbers, and the number of equal items before it.
 */
public final class ContentId {

    private ContentId() {}

    /**
     * The id that a record has to be given before it is written.
     *
     * @param record the record with any id
     * @param equalBefore how many records of equal content stand before it in its partition
     * @throws IllegalArgumentException if the record can't be written in the layout of its type
     */
    public static <T> String of(EntityType<T> type, T record, int equalBefore) {
        Row row = type.toRow(record);
        Key partition = row.key(type.partitionKey());
        return ContentIds.of(partition.text(type.partitionKey()), new BlobCodec(type).encode(row, null), equalBefore);
    }
}
