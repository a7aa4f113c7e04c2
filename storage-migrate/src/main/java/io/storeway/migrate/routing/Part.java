package io.storeway.migrate.routing;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.layout.KeyTemplate;
import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * The part that a storage takes in a migration, kept in that storage: who mistakes one storage for another, or one migration
 * for another, is refused before any record of the application is written.
 *
 * @param migration the name of the migration, or what {@link Casting} has instead for the storage itself
 * @param id tells it from another one of the same name; the stage record has the same
 * @param side which side the storage is
 * @param entities the names of the entity types that move
 */
record Part(String migration, String id, Side side, List<String> entities) {

    static final EntityType<Part> TYPE = EntityType.of(Part.class, MethodHandles.lookup())
            .named("storeway_part")
            .identifiedBy(Part::migration)
            .keyValue(KeyTemplate.RESERVED_PREFIX + ":part:{migration}", Blob.object())
            .build();
}
