package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.migrate.internal.checkpoint.Checkpoint;
import io.storeway.migrate.internal.checkpoint.FinishedRun;
import io.storeway.migrate.internal.checkpoint.Lease;
import io.storeway.migrate.internal.verification.VerifiedTo;
import io.storeway.spi.ControlTypes;
import java.util.List;

/** The entity types of Storeway's own that a migration keeps in its target. */
public final class MigrationControlTypes implements ControlTypes {

    /** For the service loader. */
    public MigrationControlTypes() {}

    @Override
    public List<EntityType<?>> types() {
        return List.of(Checkpoint.TYPE, Lease.TYPE, FinishedRun.TYPE, VerifiedTo.TYPE, Acceptance.TYPE);
    }
}
