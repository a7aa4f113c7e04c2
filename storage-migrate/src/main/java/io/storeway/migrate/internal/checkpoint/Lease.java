package io.storeway.migrate.internal.checkpoint;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.layout.KeyTemplate;
import java.lang.invoke.MethodHandles;
import java.time.Instant;

/**
 * The right to do a part of a backfill, kept in the target. Ends with its time, and at once when another holder has taken it with a
 * higher token.
 *
 * @param name what may be done
 * @param holder who may do it
 * @param token grows each time the lease is taken
 * @param until when others may take it
 */
public record Lease(String name, String holder, long token, Instant until) {

    public static final String BACKFILL = "backfill";

    public static final EntityType<Lease> TYPE = EntityType.of(Lease.class, MethodHandles.lookup())
            .named("storeway_lease")
            .identifiedBy(Lease::name)
            .keyValue(KeyTemplate.RESERVED_PREFIX + ":lease:{name}", Blob.object())
            .build();

    boolean free(Instant now) {
        return !now.isBefore(until);
    }

    Lease until(Instant later) {
        return new Lease(name, holder, token, later);
    }

    public Lease released() {
        return until(Instant.EPOCH);
    }
}
