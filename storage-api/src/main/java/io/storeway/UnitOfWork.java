package io.storeway;

/** Repositories whose writes belong to one unit. Valid only while the unit runs, on the thread that runs it. */
public interface UnitOfWork {

    /**
     * The repository of an entity type within this unit; it sees the unit's own writes.
     *
     * @throws IllegalArgumentException if the type is not in the catalog
     */
    <T> Repository<T> repository(EntityType<T> type);
}
