package io.storeway.migrate.routing.internal.router;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.layout.KeyTemplate;
import io.storeway.migrate.routing.Writes;
import java.lang.invoke.MethodHandles;
import java.time.Instant;

/**
 * A key that may differ between the two implementations behind a router. Kept in the control storage: written before both writes,
 * and removed after both if no other write of the key has come between.
 *
 * @param migration the name of the migration
 * @param key the routing key, or {@link Writes#ANY}
 * @param token the id of the write
 * @param suspect whether somebody has to look at the key: writes overlapped, or one of them failed
 * @param reason what happened, without values and without messages of the implementations
 * @param since when the write began
 */
public record Unsettled(String migration, String key, String token, boolean suspect, String reason, Instant since) {

    public static final EntityType<Unsettled> TYPE = EntityType.of(Unsettled.class, MethodHandles.lookup())
            .named("storeway_unsettled")
            .identifiedBy(Unsettled::migration, Unsettled::key)
            .keyValue(KeyTemplate.LISTED_PREFIX + "unsettled:{migration}:{key}", Blob.object())
            .build();
}
