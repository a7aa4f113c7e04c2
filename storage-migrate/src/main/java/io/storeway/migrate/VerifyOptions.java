package io.storeway.migrate;

import java.time.Duration;

/**
 * How a comparison is made.
 *
 * @param firstSlot the first slot that is compared, from 0 to {@value #SLOTS} - 1
 * @param slots how many slots are compared; a hash of its key puts each partition into one of {@value #SLOTS}
 * @param looks how often a partition that differs is looked at before the difference is reported; with 1, whatever the first look
 *     found is reported
 * @param between how long to wait between two looks
 */
public record VerifyOptions(int firstSlot, int slots, int looks, Duration between) {

    /** Into how many slots partitions fall. */
    public static final int SLOTS = 1_024;

    /** All partitions; what differs is looked at three times, a quarter of a second apart. */
    public static final VerifyOptions FULL = new VerifyOptions(0, SLOTS, 3, Duration.ofMillis(250));

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if there are no such slots, or a number makes no sense
     */
    public VerifyOptions {
        if (firstSlot < 0 || firstSlot >= SLOTS || slots < 1 || slots > SLOTS) {
            throw new IllegalArgumentException("There are slots from 0 to " + (SLOTS - 1) + ", and from 1 to " + SLOTS
                    + " are compared, not " + slots + " from " + firstSlot);
        }
        if (looks < 1 || between.isNegative()) {
            throw new IllegalArgumentException(
                    "A partition is looked at once or more, not " + looks + " times after " + between);
        }
    }

    /** A part of all partitions, the same each time: those in the given number of slots, counted from a slot on, with 0 after the last. */
    public VerifyOptions withSlots(int from, int count) {
        return new VerifyOptions(from, count, looks, between);
    }

    /** With so many looks at what differs; see {@link #looks}. */
    public VerifyOptions withLooks(int times, Duration apart) {
        return new VerifyOptions(firstSlot, slots, times, apart);
    }
}
