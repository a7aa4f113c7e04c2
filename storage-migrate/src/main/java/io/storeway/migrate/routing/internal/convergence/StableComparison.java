package io.storeway.migrate.routing.internal.convergence;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.migrate.Difference;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.migrate.internal.PartitionComparison;
import io.storeway.migrate.internal.PartitionDigest;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.replication.Mark;
import io.storeway.migrate.routing.internal.replication.PartitionId;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.spi.PartitionState;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Compares one partition of both sides while it may be written. */
public final class StableComparison {

    private final Sides sides;
    private final Clock clock;

    public StableComparison(Sides sides, Clock clock) {
        this.sides = sides;
        this.clock = clock;
    }

    private record Pair(PartitionState decided, PartitionState followed) {}

    /**
     * The differences, which are none if the sides are equal; or empty if the partition was written during the comparison.
     *
     * <p>A follower without a mark has all that the authority had committed by then. So a difference is real if, after it was seen,
     * there is no mark, and a second look finds both sides as they were.
     */
    public Optional<List<Difference>> compare(Side authority, EntityType<?> type, Key partition) {
        PartitionDigest digest = new PartitionDigest(type, LiveRows.of(type, clock.instant()), sides.carried(type));
        Pair first = read(authority, type, partition);
        if (equal(digest, first.decided(), first.followed())) {
            return Optional.of(List.of());
        }
        boolean marked = sides.of(authority)
                        .repository(Mark.TYPE)
                        .partition(PartitionId.of(type, partition).marks())
                        .count()
                > 0;
        Pair second = read(authority, type, partition);
        if (marked
                || !same(digest, first.decided(), second.decided())
                || !same(digest, first.followed(), second.followed())) {
            return Optional.empty();
        }
        return Optional.of(new PartitionComparison(type, digest, partition.redacted())
                .compare(second.decided(), second.followed()));
    }

    private Pair read(Side authority, EntityType<?> type, Key partition) {
        List<Key> one = List.of(partition);
        return new Pair(
                sides.of(authority).replica().read(type, one).get(0),
                sides.of(authority.other()).replica().read(type, one).get(0));
    }

    private static boolean equal(PartitionDigest digest, PartitionState left, PartitionState right) {
        return digest.of(left).sum().equals(digest.of(right).sum());
    }

    private static boolean same(PartitionDigest digest, PartitionState before, PartitionState after) {
        return before.version().equals(after.version()) && equal(digest, before, after);
    }
}
