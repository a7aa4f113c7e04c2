package io.storeway.migrate;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Json;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.Residue;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The durable state of one entity type's backfill, kept in the target and written in the same unit of work as the data it
 * speaks of.
 *
 * @param entity the name of the entity type
 * @param planHash the plan that the run was made with
 * @param status how far it has come
 * @param cursor where the scan of the source goes on; null at the start and at the end
 * @param reasons the residue by kind and constraint
 * @param savedAt when it was saved
 */
record Checkpoint(
        String entity,
        String planHash,
        RunStatus status,
        @Nullable String cursor,
        long partitions,
        long items,
        long written,
        long unchanged,
        long stale,
        long expired,
        Json reasons,
        Instant savedAt) {

    static final EntityType<Checkpoint> TYPE = EntityType.of(Checkpoint.class)
            .named("storeway_backfill")
            .identifiedBy(Checkpoint::entity)
            .nullable(Checkpoint::cursor)
            .keyValue(KeyTemplate.RESERVED_PREFIX + ":backfill:{entity}", Blob.object())
            .build();

    boolean atEnd() {
        return status == RunStatus.DONE || status == RunStatus.DONE_WITH_RESIDUE;
    }

    EntityProgress progress() {
        List<ResidueCount> counts = readReasons();
        return new EntityProgress(
                entity,
                status,
                partitions,
                items,
                written,
                unchanged,
                stale,
                expired,
                counts.stream().mapToLong(ResidueCount::count).sum(),
                counts);
    }

    private List<ResidueCount> readReasons() {
        List<ResidueCount> counts = new ArrayList<>();
        ((Json.Obj) reasons).members().forEach((reason, count) -> {
            int colon = reason.indexOf(':');
            String constraint = reason.substring(colon + 1);
            counts.add(new ResidueCount(
                    Residue.Kind.valueOf(reason.substring(0, colon)),
                    constraint.isEmpty() ? null : constraint,
                    ((Json.Num) count).value().longValueExact()));
        });
        return counts;
    }

    static Json writeReasons(List<ResidueCount> counts) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (ResidueCount count : counts) {
            String constraint = count.constraint() == null ? "" : count.constraint();
            members.put(count.kind() + ":" + constraint, new Json.Num(BigDecimal.valueOf(count.count())));
        }
        return new Json.Obj(members);
    }
}
