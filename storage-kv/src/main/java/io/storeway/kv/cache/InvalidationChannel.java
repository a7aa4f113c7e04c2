package io.storeway.kv.cache;

import java.util.function.Consumer;

/**
 * Tells the other instances of an application which entries have changed, so that the caches in their processes drop them.
 * Thread-safe. A message may get lost or come twice: an entry in a process lives for a short time anyway.
 */
public interface InvalidationChannel extends AutoCloseable {

    /** Tells every other instance. Doesn't wait for them; throws a storage exception if the message can't be sent. */
    void publish(String entry);

    /** Calls the listener with each message of others from now on. Called once, before the first {@link #publish}. */
    void subscribe(Consumer<String> listener);

    @Override
    void close();
}
