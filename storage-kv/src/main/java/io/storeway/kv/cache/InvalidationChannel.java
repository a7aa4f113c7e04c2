package io.storeway.kv.cache;

/**
 * Tells the other instances of an application which entries have changed, so that the caches in their processes drop them.
 * Thread-safe. A message may get lost or come twice: an entry in a process lives for a short time anyway.
 */
public interface InvalidationChannel extends AutoCloseable {

    /** Who is told. Its methods are quick and throw nothing; they may be called on several threads. */
    interface Listener {

        /** Another instance has changed the entry. */
        void changed(String entry);

        /** Messages may have got lost, because the connection was: all entries may be old. */
        void missed();
    }

    /** Tells every other instance. Doesn't wait for them; throws a storage exception if the message can't be sent. */
    void publish(String entry);

    /** Tells the listener of each message of others from now on. Called once, before the first {@link #publish}. */
    void subscribe(Listener listener);

    @Override
    void close();
}
