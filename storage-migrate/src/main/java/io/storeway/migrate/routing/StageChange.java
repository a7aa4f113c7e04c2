package io.storeway.migrate.routing;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.layout.KeyTemplate;
import java.lang.invoke.MethodHandles;
import java.time.Instant;

/**
 * A line of the history of a migration: what changed, by whom and on what evidence. Only ever added.
 *
 * @param migration the name of the migration
 * @param epoch the number of the change
 * @param from the stage before
 * @param to the stage after; the same where the share of reads or a setting changed
 * @param term of the versions issued from here on
 * @param percent the share of partitions read from the new storage in READ_NEW
 * @param reason why, in the words of who did it
 * @param evidence what was found out before, one sentence for each finding
 * @param by who did it
 * @param at when
 */
public record StageChange(
        String migration,
        long epoch,
        Stage from,
        Stage to,
        long term,
        int percent,
        String reason,
        String evidence,
        String by,
        Instant at) {

    static final EntityType<StageChange> TYPE = EntityType.of(StageChange.class, MethodHandles.lookup())
            .named("storeway_stage_history")
            .partitionedBy(StageChange::migration)
            .identifiedBy(StageChange::epoch)
            .keyValue(KeyTemplate.LISTED_PREFIX + "history:{migration}", Blob.arrayOfObjects())
            .build();

    static StageChange of(StageRecord before, StageRecord after, String evidence) {
        return new StageChange(
                after.migration(),
                after.epoch(),
                before.stage(),
                after.stage(),
                after.term(),
                after.percent(),
                after.reason(),
                evidence,
                after.changedBy(),
                after.changedAt());
    }
}
