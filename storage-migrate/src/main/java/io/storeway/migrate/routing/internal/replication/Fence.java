package io.storeway.migrate.routing.internal.replication;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.lang.invoke.MethodHandles;

/**
 * The lowest term that may still write to a storage, kept in that storage.
 *
 * @param migration the name of the migration
 * @param term the term
 */
public record Fence(String migration, long term) {

    public static final EntityType<Fence> TYPE = EntityType.of(Fence.class, MethodHandles.lookup())
            .named("storeway_fence")
            .identifiedBy(Fence::migration)
            .keyValue(KeyTemplate.RESERVED_PREFIX + ":fence:{migration}", Blob.object())
            .build();

    /** The storage is fenced for a later term; the unit of work changes nothing. */
    public static final class Closed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Closed() {
            super("The storage is fenced for a later term of the migration", null, false, false);
        }
    }

    /**
     * Lets the unit go on if its term may still write, and makes a raising of the fence wait until the unit ends.
     *
     * @throws Closed if its term may no longer write
     */
    public static void pass(ReplicaUnit unit, String migration, long term) {
        if (unit.pin(TYPE, Key.of(migration))
                .filter(fence -> fence.term() <= term)
                .isEmpty()) {
            throw new Closed();
        }
    }

    /** Keeps lower terms out of the storage from now on. Returns when every unit that passed before has ended. */
    public static void raise(Storage storage, String migration, long term) {
        storage.replica().transact(unit -> {
            long before = unit.repository(TYPE).find(migration).map(Fence::term).orElse(0L);
            if (before < term) {
                unit.repository(TYPE).save(new Fence(migration, term));
            }
            return term;
        });
    }
}
