package io.storeway.kv.cache;

import io.storeway.Key;
import java.util.List;

/**
 * Gets the records of a partition from elsewhere, for example from another service, if the source has none or all have expired.
 *
 * @param <T> the record
 */
@FunctionalInterface
public interface Loader<T> {

    /**
     * The records of the partition; empty if there are none. Called once, however many readers in this process wait for the partition.
     * All of them get what it throws, and nothing is cached; a checked exception, which other languages may throw, is the cause of an
     * {@link IllegalStateException} then.
     *
     * <p>A loader may write through the cache, and read other partitions through it. To read the partition that it is loading fails
     * with an {@link IllegalStateException}. Loaders that read each other's partitions in a circle wait for ever.
     */
    List<T> load(Key partition);
}
