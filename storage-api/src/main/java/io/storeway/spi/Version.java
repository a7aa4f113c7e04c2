package io.storeway.spi;

/**
 * The version of a partition's content, ordered by epoch, then counter. The storage that decides gives the counters. When another storage
 * decides, or a migration starts anew, a higher epoch begins.
 *
 * @param epoch the number of the epoch
 * @param counter the number within the epoch; 0 if the store doesn't count
 */
public record Version(long epoch, long counter) implements Comparable<Version> {

    /** The version of a partition in a store that doesn't count. */
    public static final Version NONE = new Version(0, 0);

    /** The next version: with the next counter of the given epoch, or of this version's epoch if that is higher. */
    public Version next(long ofEpoch) {
        return epoch < ofEpoch ? new Version(ofEpoch, 1) : new Version(epoch, counter + 1);
    }

    @Override
    public int compareTo(Version other) {
        int byEpoch = Long.compare(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Long.compare(counter, other.counter);
    }
}
