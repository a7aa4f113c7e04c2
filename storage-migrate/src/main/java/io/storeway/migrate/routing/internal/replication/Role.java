package io.storeway.migrate.routing.internal.replication;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.layout.KeyTemplate;
import io.storeway.migrate.routing.internal.control.Side;
import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * The role of a storage in a migration, kept in that storage. Whoever mistakes one storage for another, or one migration for
 * another, is refused by it before any record of the application is written.
 *
 * @param migration the name of the migration; or the fixed name under which {@link Roles} keeps the storage's own id
 * @param id that of the migration's stage record, which no other migration of the same name has
 * @param side which side the storage is
 * @param entities the names of the entity types that move
 */
public record Role(String migration, String id, Side side, List<String> entities) {

    public static final EntityType<Role> TYPE = EntityType.of(Role.class, MethodHandles.lookup())
            .named("storeway_part")
            .identifiedBy(Role::migration)
            .keyValue(KeyTemplate.RESERVED_PREFIX + ":part:{migration}", Blob.object())
            .build();
}
