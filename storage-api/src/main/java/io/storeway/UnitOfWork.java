package io.storeway;

/**
 * Repositories whose writes belong to one unit. Valid only while the unit runs, on the thread that runs it.
 *
 * <p>Let a refusal go to the caller: where the work catches it and goes on, a key-value unit does so without the refused
 * call, and one of a SQL database that has refused a statement ends with that refusal and without effect.
 */
public interface UnitOfWork {

    /**
     * The repository of an entity type within this unit; it sees the unit's own writes.
     *
     * @throws IllegalArgumentException if the type is not in the catalog
     */
    <T> Repository<T> repository(EntityType<T> type);
}
