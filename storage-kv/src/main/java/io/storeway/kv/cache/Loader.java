package io.storeway.kv.cache;

import io.storeway.Key;
import java.util.List;

/**
 * Gets the records of a partition from where they come from, for example another service, when the source has none
 * or all of them have expired.
 *
 * @param <T> the record
 */
@FunctionalInterface
public interface Loader<T> {

    /**
     * The records of the partition; empty if there are none. Called once however many readers wait for the partition in
     * this process. What it throws goes to all of them, and nothing is remembered; a checked exception, as other languages
     * throw it, arrives as the cause of an {@link IllegalStateException}.
     *
     * <p>It may write through the cache, and read other partitions through it. Reading the partition that it is to load is
     * refused by an {@link IllegalStateException}. Loaders that read each other's partitions in a circle wait for ever.
     */
    List<T> load(Key partition);
}
