package io.storeway;

import io.storeway.spi.ContentIds;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Makes identities before a record is written, so that it has the same one on every backend and in every attempt. No
 * database ever makes one.
 */
public final class Identities {

    private Identities() {}

    /**
     * Gives UUIDs of version 7 (RFC 9562): 48 bits of the clock's milliseconds, 74 of chance. Their text and their bytes
     * sort by the time at which they were made, and one supplier's by the order in which it gave them, also within a
     * millisecond and when the clock goes back. Thread-safe.
     *
     * @param random where the chance comes from; a {@link java.security.SecureRandom} where ids must not be guessed
     */
    public static Supplier<UUID> uuidV7(Clock clock, RandomGenerator random) {
        return new TimeOrderedUuids(clock, random);
    }

    /**
     * The id of a record whose type places a field as {@link Blob#contentId}: for items of an array that have no id of their
     * own, such as the entries of a history. It is the same for everyone who reads the array; {@link ContentIds} says how
     * it is computed. {@link Partition#append} gives it by itself.
     *
     * @param record the record with any id
     * @param equalBefore how many records of equal content stand before it in its partition
     * @throws io.storeway.error.InvalidValueException if a value of the record can't be held by its field
     */
    public static <T> String ofContent(EntityType<T> type, T record, int equalBefore) {
        Row row = type.toRow(record);
        return new ContentIds(type, row.key(type.partitionKey())).of(row, equalBefore);
    }
}
