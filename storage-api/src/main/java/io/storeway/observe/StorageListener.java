package io.storeway.observe;

/**
 * Is told of every call to a storage, on the thread of the caller, who waits: it has to be quick and thread-safe. What it
 * throws is logged once and else ignored.
 */
@FunctionalInterface
public interface StorageListener {

    /**
     * A call begins. Whatever is begun on this thread before it ends is a part of it.
     *
     * @param storage the name of the storage
     * @param entity the name of the entity type, or {@link Operation#ANY} for a unit of work
     * @param kind what is to be done
     */
    default void began(String storage, String entity, Operation.Kind kind) {}

    /** A call has ended, well or not; each one that began does. */
    void ended(Operation operation);
}
