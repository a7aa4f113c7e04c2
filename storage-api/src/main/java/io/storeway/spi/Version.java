package io.storeway.spi;

/**
 * Which state of a partition this is, ordered by epoch, then counter. The storage that decides issues the counters; a
 * change of that storage, and each new start of a migration, begins a higher epoch.
 *
 * @param epoch of the authority
 * @param counter within the epoch; 0 where the store counts nothing
 */
public record Version(long epoch, long counter) implements Comparable<Version> {

    /** The version of a partition in a store that counts nothing. */
    public static final Version NONE = new Version(0, 0);

    /** The version that follows: the next counter of the given epoch, or of this one's if that is higher. */
    public Version next(long ofEpoch) {
        return epoch < ofEpoch ? new Version(ofEpoch, 1) : new Version(epoch, counter + 1);
    }

    @Override
    public int compareTo(Version other) {
        int byEpoch = Long.compare(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Long.compare(counter, other.counter);
    }
}
