package io.storeway.observe;

/**
 * Is told of every call to a storage when it has ended, on the thread of the caller, who waits: it has to be quick and
 * thread-safe. What it throws is logged once and else ignored.
 */
@FunctionalInterface
public interface StorageListener {

    /** A call has ended, well or not. */
    void ended(Operation operation);
}
