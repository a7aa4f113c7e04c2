package io.storeway.migrate.internal.checkpoint;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.layout.KeyTemplate;
import io.storeway.migrate.Migration;
import io.storeway.migrate.RunStatus;
import java.lang.invoke.MethodHandles;
import java.time.Instant;

/**
 * A version for which {@link Migration#runOnce} has come to its end.
 *
 * @param version the application's name for it
 * @param status whether anything became residue
 * @param planHash the plan it was made with
 * @param endedAt when it ended
 */
public record FinishedRun(String version, RunStatus status, String planHash, Instant endedAt) {

    public static final EntityType<FinishedRun> TYPE = EntityType.of(FinishedRun.class, MethodHandles.lookup())
            .named("storeway_run")
            .identifiedBy(FinishedRun::version)
            .keyValue(KeyTemplate.RESERVED_PREFIX + ":run:{version}", Blob.object())
            .build();
}
