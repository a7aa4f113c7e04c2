package io.storeway.sql.internal.dialect;

import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Row;

/** The entity types of the two tables that a migration needs: the version that was applied to each partition, and residue. */
public final class ReplicaTypes {

    public static final EntityType<Row> VERSIONS = EntityType.ofRows("storeway_partition")
            .field("entity", FieldType.TEXT)
            .field("partition", FieldType.TEXT)
            .field("epoch", FieldType.LONG)
            .field("counter", FieldType.LONG)
            .identifiedBy(FieldRef.named("entity"), FieldRef.named("partition"))
            .build();

    public static final EntityType<Row> RESIDUE = EntityType.ofRows("storeway_residue")
            .field("entity", FieldType.TEXT)
            .field("partition", FieldType.TEXT)
            .field("position", FieldType.INTEGER)
            .field("kind", FieldType.TEXT)
            .field("constraint_name", FieldType.TEXT)
            .nullable(FieldRef.named("constraint_name"))
            .field("reason", FieldType.TEXT)
            .field("payload", FieldType.BYTES)
            .field("fingerprint_high", FieldType.LONG)
            .field("fingerprint_low", FieldType.LONG)
            .field("metadata", FieldType.TEXT)
            .nullable(FieldRef.named("metadata"))
            .field("expires_at", FieldType.instant(FieldType.TimeUnit.MILLIS))
            .nullable(FieldRef.named("expires_at"))
            .field("record", FieldType.TEXT)
            .nullable(FieldRef.named("record"))
            .partitionedBy(FieldRef.named("entity"), FieldRef.named("partition"))
            .identifiedBy(FieldRef.named("position"))
            .build();

    private ReplicaTypes() {}
}
