package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How long partitions of one type are cached: as the policy says, and no longer than until the last record has expired. From then on
 * the partition counts as one without records.
 */
final class EntryLife {

    private static final Instant FAR = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final CachePolicy policy;
    private final int expiry;
    private final RowImage image;
    private final Clock clock;
    private final long longest;

    EntryLife(EntityType<?> type, CachePolicy policy, RowImage image, Clock clock) {
        this.policy = policy;
        this.expiry = type.expiry().map(field -> field.index()).orElse(-1);
        this.image = image;
        this.clock = clock;
        this.longest = Math.max(
                policy.timeToLive().toMillis(), policy.absentTimeToLive().toMillis());
    }

    /** Whether a partition counts as absent: it has no records, or all have expired. */
    boolean absent(CachedPartition found) {
        List<Row> rows = found.rows();
        return rows != null && (rows.isEmpty() || ended(rows, clock.instant()));
    }

    private boolean ended(List<Row> rows, Instant at) {
        return expiry >= 0
                && rows.stream().allMatch(row -> row.get(expiry) instanceof Instant end && !at.isBefore(end));
    }

    /** Whether the entry ends no later than one made now; otherwise a clock was set back, or another release has a longer policy. */
    boolean plausible(CacheEntry entry, long now) {
        return entry.freshUntil() - now <= longest;
    }

    /**
     * The entry for a partition, or null if it is not to be cached.
     *
     * @param asked when the source was asked, in milliseconds since 1970
     */
    @Nullable
    CacheEntry entry(CachedPartition found, long generation, long asked) {
        boolean absent = absent(found);
        List<Row> rows = found.rows();
        long end = absent || rows == null ? Long.MAX_VALUE : lastExpiry(rows);
        long fresh = Math.min(end, asked + (absent ? policy.absentTimeToLive() : jittered()).toMillis());
        if (fresh <= clock.millis()) {
            return null;
        }
        long revalidate = Math.min(end, fresh + policy.staleWhileRevalidate().toMillis());
        long error = Math.min(end, fresh + policy.staleIfError().toMillis());
        return CacheEntry.rows(generation, fresh, revalidate, error, rows == null ? null : image.encode(rows));
    }

    /** When the last record expires, in milliseconds since 1970. */
    private long lastExpiry(List<Row> rows) {
        long last = Long.MIN_VALUE;
        for (Row row : rows) {
            last = Math.max(last, expiry < 0 ? Long.MAX_VALUE : millis((Instant) row.get(expiry)));
        }
        return last;
    }

    private static long millis(@Nullable Instant end) {
        return end == null || end.isAfter(FAR) ? Long.MAX_VALUE : end.isBefore(Instant.EPOCH) ? 0 : end.toEpochMilli();
    }

    private Duration jittered() {
        long millis = policy.timeToLive().toMillis();
        long shorter =
                (long) (millis * policy.jitter() * ThreadLocalRandom.current().nextDouble());
        return Duration.ofMillis(Math.max(1, millis - shorter));
    }
}
