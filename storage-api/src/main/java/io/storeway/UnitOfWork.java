package io.storeway;

/**
 * Repositories whose writes belong to one unit. Valid only while the unit runs, on the thread that runs it.
 *
 * <p>Don't catch a refusal inside the work: a key-value unit would go on without the refused call, a SQL unit is rolled
 * back and throws it again.
 */
public interface UnitOfWork {

    /**
     * The repository of an entity type within this unit; it sees the unit's own writes.
     *
     * @throws IllegalArgumentException if the type is not in the catalog
     */
    <T> Repository<T> repository(EntityType<T> type);
}
