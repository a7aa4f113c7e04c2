package io.storeway;

/**
 * Repositories whose writes belong to one unit. Only valid while the unit runs, on its thread.
 *
 * <p>Don't catch a refusal within the work: a key-value unit would go on without the refused call, while a SQL unit is rolled back and
 * throws the refusal again at its end.
 */
public interface UnitOfWork {

    /**
     * The repository of an entity type within this unit; it sees the unit's own writes.
     *
     * @throws IllegalArgumentException if the type is not in the catalog
     */
    <T> Repository<T> repository(EntityType<T> type);
}
