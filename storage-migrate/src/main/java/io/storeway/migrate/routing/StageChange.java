package io.storeway.migrate.routing;

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
        Instant at) {}
