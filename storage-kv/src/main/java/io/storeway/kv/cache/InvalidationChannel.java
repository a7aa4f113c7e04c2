package io.storeway.kv.cache;

/**
 * Tells the other instances of an application which entries have changed, so that their near caches drop them. Messages may get lost or
 * come twice: entries of a near cache only live for a short time anyway. Thread-safe.
 */
public interface InvalidationChannel extends AutoCloseable {

    /** Takes the messages. Its methods are quick and throw nothing; they may be called on several threads. */
    interface Listener {

        /** Another instance has changed the entry. */
        void changed(String entry);

        /** Messages may have got lost with the connection: all entries may be old. */
        void missed();
    }

    /** Tells all other instances, without waiting for them. Throws a storage exception if the message can't be sent. */
    void publish(String entry);

    /** Passes messages of others to the listener from now on. Called once, before the first {@link #publish}. */
    void subscribe(Listener listener);

    @Override
    void close();
}
