package io.storeway.migrate.routing.internal.control;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.layout.KeyTemplate;
import java.lang.invoke.MethodHandles;
import java.time.Instant;

/**
 * A risk or a loss that somebody has accepted by name.
 *
 * @param migration the name of the migration
 * @param subject what is accepted: {@code residue:ENTITY} or the name of a risk of the preflight
 * @param amount how many items at most; 0 for a risk
 */
public record Waiver(String migration, String subject, long amount, String reason, String by, Instant at) {

    public static final EntityType<Waiver> TYPE = EntityType.of(Waiver.class, MethodHandles.lookup())
            .named("storeway_waiver")
            .identifiedBy(Waiver::migration, Waiver::subject)
            .keyValue(KeyTemplate.RESERVED_PREFIX + ":waiver:{migration}:{subject}", Blob.object())
            .build();

    public static String residue(String entity) {
        return "residue:" + entity;
    }
}
