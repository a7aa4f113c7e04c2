package io.storeway.migrate.routing;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import io.storeway.spi.Version;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The write protocol. One unit of work of the authority does the work, gives the changed partitions their next versions, and marks
 * them. After its commit the new states are sent to the follower. The marks stay until the follower has the write, whatever
 * happens in between. Thread-safe.
 */
final class RoutedWrites {

    /** What the authority has committed: the result of the work, and the states to send to the follower. */
    private record Decided<R>(R result, List<Touched.Batch> batches) {}

    private final Sides sides;
    private final Member member;
    private final Follower follower;
    private final Pending pending;
    private final RoutingOptions options;

    RoutedWrites(Sides sides, Member member, Follower follower, Pending pending, RoutingOptions options) {
        this.sides = sides;
        this.member = member;
        this.follower = follower;
        this.pending = pending;
        this.options = options;
    }

    /** The partitions of one type that a piece of work will write. */
    record Aim(EntityType<?> type, Set<Key> partitions) {}

    /** Runs work that writes, in the present stage. */
    <R> R run(String operation, Function<? super ReplicaUnit, ? extends R> work) {
        return run(operation, null, work);
    }

    /** Runs work that writes, in the present stage. What it will write, if known, is read together with the work's own reads. */
    <R> R run(String operation, @Nullable Aim aim, Function<? super ReplicaUnit, ? extends R> work) {
        Instant end = options.clock().instant().plus(options.park());
        while (true) {
            View view = member.enter(operation);
            try {
                return run(view, aim, work);
            } catch (Fence.Closed overtaken) {
                // Nothing was written. This instance doesn't know the latest stage yet; it learns it and tries again.
            } finally {
                member.leave(view);
            }
            member.catchUp(operation, end);
        }
    }

    private <R> R run(View view, @Nullable Aim aim, Function<? super ReplicaUnit, ? extends R> work) {
        Side side = view.stage().authority().orElseThrow();
        Storage authority = sides.of(side);
        Attempt attempt = new Attempt(aim);
        Decided<R> decided;
        try {
            decided = authority.replica().transact(unit -> attempt.decide(view, authority, unit, work));
        } catch (UnknownOutcomeException e) {
            attempt.end(false);
            throw e;
        } catch (RuntimeException | Error e) {
            attempt.end(true);
            throw e;
        }
        boolean followed = false;
        try {
            followed = covers(follower.follow(view, decided.batches()), decided.batches());
        } finally {
            attempt.end(followed);
        }
        return decided.result();
    }

    private static boolean covers(Map<PartitionId, Version> reached, List<Touched.Batch> batches) {
        return reached.keySet().containsAll(Touched.ids(batches));
    }

    /** One write, whose unit of work may run several times. */
    private final class Attempt {
        private final @Nullable Aim aim;
        private List<PartitionId> begun = List.of();

        Attempt(@Nullable Aim aim) {
            this.aim = aim;
        }

        <R> Decided<R> decide(
                View view, Storage authority, ReplicaUnit unit, Function<? super ReplicaUnit, ? extends R> work) {
            end(true);
            boolean dual = view.stage().dual();
            if (aim != null) {
                Touched.expect(unit, aim.type(), aim.partitions(), dual);
            }
            Fence.pass(unit, sides.migration(), view.record().term());
            if (!member.holdsLease()) {
                throw new Fence.Closed();
            }
            Touched touched = new Touched(authority);
            R result = work.apply(new TouchingUnit(unit, touched, options.clock()));
            if (!dual) {
                return new Decided<>(result, List.of());
            }
            if (aim == null) {
                touched.expect(unit);
            }
            List<Touched.Batch> batches = touched.advance(unit, view.record().term());
            Marks.put(unit, sides, batches, options.clock().instant());
            begun = pending.begin(Touched.ids(batches));
            return new Decided<>(result, batches);
        }

        void end(boolean followed) {
            pending.end(begun, followed);
            begun = List.of();
        }
    }
}
