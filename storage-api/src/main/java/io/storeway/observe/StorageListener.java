package io.storeway.observe;

/**
 * Is told of every call of a storage, on the thread of the caller, who waits for it; so it has to be quick and thread-safe. Exceptions that
 * it throws are ignored, except that the first one is logged.
 */
@FunctionalInterface
public interface StorageListener {

    /**
     * A call begins. Calls that begin on this thread before it ends are part of it.
     *
     * @param storage the name of the storage
     * @param entity the name of the entity type, or {@link Operation#ANY} for a unit of work
     * @param kind what the call does
     */
    default void began(String storage, String entity, Operation.Kind kind) {}

    /** A call has ended, with success or not. Called once for each call that began. */
    void ended(Operation operation);
}
