package io.storeway.migrate.internal.verification;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.layout.KeyTemplate;
import io.storeway.migrate.Difference;
import io.storeway.migrate.VerificationReport;
import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a round of a continuous comparison has come with an entity type, kept in the target.
 *
 * @param entity the name of the type
 * @param planHash the plan of what is compared
 * @param round the number of the round
 * @param sourceRead whether the source has been read, so that the target is next
 * @param ended whether the target has been read too
 * @param cursor where the scan goes on; null at its start
 */
public record VerifiedTo(
        String entity,
        String planHash,
        long round,
        boolean sourceRead,
        boolean ended,
        @Nullable String cursor,
        long sourcePartitions,
        long targetPartitions,
        long sourceItems,
        long targetItems,
        long residue,
        long differences,
        long passing,
        long moving,
        Instant savedAt) {

    public static final EntityType<VerifiedTo> TYPE = EntityType.of(VerifiedTo.class, MethodHandles.lookup())
            .named("storeway_verification")
            .identifiedBy(VerifiedTo::entity)
            .nullable(VerifiedTo::cursor)
            .keyValue(KeyTemplate.RESERVED_PREFIX + ":verification:{entity}", Blob.object())
            .build();

    static VerifiedTo start(String entity, String planHash, long round, Instant now) {
        return new VerifiedTo(entity, planHash, round, false, false, null, 0, 0, 0, 0, 0, 0, 0, 0, now);
    }

    /** Whether this is a position in the given round of the given plan. */
    boolean of(long asked, String hash) {
        return round == asked && planHash.equals(hash);
    }

    /** The position after a page, with the counts of what was read on it and of what was found. */
    VerifiedTo plus(
            long partitions, long items, long kept, DifferenceFinder found, @Nullable String next, Instant now) {
        return new VerifiedTo(
                entity,
                planHash,
                round,
                sourceRead || next == null,
                sourceRead && next == null,
                next,
                sourcePartitions + (sourceRead ? 0 : partitions),
                targetPartitions + (sourceRead ? partitions : 0),
                sourceItems + (sourceRead ? 0 : items),
                targetItems + (sourceRead ? items : 0),
                residue + (sourceRead ? kept : 0),
                differences + found.count(),
                passing + found.passing(),
                moving + found.moving(),
                now);
    }

    VerificationReport.Entity report(List<Difference> examples) {
        return new VerificationReport.Entity(
                entity,
                sourcePartitions,
                targetPartitions,
                sourceItems,
                targetItems,
                residue,
                differences,
                passing,
                moving,
                examples);
    }
}
