package io.storeway.examples.feargreedbot;

import io.storeway.Json;
import java.time.Duration;
import java.util.Optional;

/** Cached values that expire. */
public interface CacheRepository {

    /** The only key for which the key-value layout has a place. */
    String FEAR_GREED = "fear_greed_cache";

    /** The value, or empty if there is none or it has expired. */
    Optional<Json> get(String key);

    /**
     * Stores a value.
     *
     * @throws io.storeway.error.InvalidValueException if the key is not {@link #FEAR_GREED} and the storage keeps blobs
     */
    void set(String key, Json value, Duration timeToLive);

    /** Deletes a value. */
    void delete(String key);

    /** Removes expired values and returns how many there were. */
    long cleanup();
}
