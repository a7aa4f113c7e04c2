package io.storeway.examples.feargreedbot;

import io.storeway.Json;
import java.time.Duration;
import java.util.Optional;

/** Values that are kept for a while. */
public interface CacheRepository {

    /** The one key that the key-value layout has. */
    String FEAR_GREED = "fear_greed_cache";

    /** The value, unless its time is over. */
    Optional<Json> get(String key);

    /**
     * Keeps a value.
     *
     * @throws io.storeway.error.InvalidValueException in a key-value store, if the key is not {@link #FEAR_GREED}: its
     *     layout has no place for another one
     */
    void set(String key, Json value, Duration timeToLive);

    /** Forgets a value. */
    void delete(String key);

    /** Removes values whose time is over and says how many there were. */
    long cleanup();
}
