package io.storeway.migrate.internal.checkpoint;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Json;
import io.storeway.layout.KeyTemplate;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.ResidueCount;
import io.storeway.migrate.RunStatus;
import io.storeway.spi.Residue;
import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the backfill of an entity type has come, kept in the target and written in the same unit of work as the data. In a shared
 * backfill there is also one for each part, a page that one of the processes copies.
 *
 * @param entity the name of the entity type, or of the part
 * @param planHash the plan that the run was made with
 * @param run the number of the run, which is the same for all types of one run
 * @param status how far it has come
 * @param cursor where the scan of the source goes on, null at the start and at the end; for a part, the keys of its partitions, one
 *     on each line
 * @param exhausted whether the source was read to its end; some parts may still have to be copied
 * @param parts the names of the parts of a shared run that were read but are not yet counted here
 * @param reasons the residue by kind and constraint
 * @param savedAt when it was saved
 */
public record Checkpoint(
        String entity,
        String planHash,
        long run,
        RunStatus status,
        @Nullable String cursor,
        boolean exhausted,
        List<String> parts,
        long partitions,
        long items,
        long written,
        long unchanged,
        long stale,
        long expired,
        Json reasons,
        Instant savedAt) {

    public static final EntityType<Checkpoint> TYPE = EntityType.of(Checkpoint.class, MethodHandles.lookup())
            .named("storeway_backfill")
            .identifiedBy(Checkpoint::entity)
            .nullable(Checkpoint::cursor)
            .keyValue(KeyTemplate.RESERVED_PREFIX + ":backfill:{entity}", Blob.object())
            .build();

    /** Copies the list. */
    public Checkpoint {
        parts = List.copyOf(parts);
    }

    /** This checkpoint as that of a later run. */
    public Checkpoint ofRun(long later) {
        return new Checkpoint(
                entity,
                planHash,
                later,
                status,
                cursor,
                exhausted,
                parts,
                partitions,
                items,
                written,
                unchanged,
                stale,
                expired,
                reasons,
                savedAt);
    }

    /** This checkpoint with what is left of a shared run. */
    public Checkpoint left(boolean nothingToRead, List<String> open) {
        return new Checkpoint(
                entity,
                planHash,
                run,
                status,
                cursor,
                nothingToRead,
                open,
                partitions,
                items,
                written,
                unchanged,
                stale,
                expired,
                reasons,
                savedAt);
    }

    public boolean atEnd() {
        return status == RunStatus.DONE || status == RunStatus.DONE_WITH_RESIDUE;
    }

    /** Whether this run, or a later one, has come to its end. */
    public boolean endOf(long asked) {
        return atEnd() && run >= asked;
    }

    /**
     * Makes sure that a run may go on from here.
     *
     * @throws MigrationException if it has another plan
     */
    public void require(Tally goingOn) {
        if (!planHash.equals(goingOn.planHash())) {
            throw new MigrationException("The interrupted backfill of " + entity
                    + " was made with another catalog or another pair of storages; restart it to begin anew");
        }
    }

    /** The progress of a type of which no checkpoint was saved yet. */
    public static EntityProgress none(String entity) {
        return new EntityProgress(entity, RunStatus.NOT_STARTED, 0, 0, 0, 0, 0, 0, 0, List.of());
    }

    public EntityProgress progress() {
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
