package io.storeway.migrate.routing.internal.writes;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.membership.Member;
import io.storeway.migrate.routing.internal.membership.View;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.migrate.routing.internal.replication.Marks;
import io.storeway.migrate.routing.internal.replication.PartitionId;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.replication.Touched;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The write protocol. One unit of work of the authority does the work, gives the changed partitions their next versions, and marks
 * them. After its commit the new states are sent to the follower. The marks stay until the follower has the write, whatever
 * happens in between. Thread-safe.
 */
public final class RoutedWrites {

    /** What the authority has committed: the result of the work, and the states to send to the follower. */
    private record Decided<R>(R result, List<Touched.Batch> batches) {}

    private final Sides sides;
    private final Member member;
    private final Follower follower;
    private final Pending pending;
    private final RoutingOptions options;

    public RoutedWrites(Sides sides, Member member, Follower follower, Pending pending, RoutingOptions options) {
        this.sides = sides;
        this.member = member;
        this.follower = follower;
        this.pending = pending;
        this.options = options;
    }

    /** The partitions of one type that a piece of work will write. */
    public record Aim(EntityType<?> type, Set<Key> partitions) {}

    /** Runs work that writes, in the present stage. */
    public <R> R run(String operation, Function<? super ReplicaUnit, ? extends R> work) {
        return run(operation, null, work);
    }

    /** Runs work that writes, in the present stage. What it will write, if known, is read together with the work's own reads. */
    public <R> R run(String operation, @Nullable Aim aim, Function<? super ReplicaUnit, ? extends R> work) {
        Instant end = options.clock().instant().plus(options.park());
        while (true) {
            Attempt attempt = new Attempt(member.enter(operation), aim);
            try {
                return attempt.run(work);
            } catch (Fence.Closed overtaken) {
                // Nothing was written. This instance doesn't know the latest stage yet; it learns it and tries again.
                member.catchUp(operation, end);
            }
        }
    }

    /** One write in the stage that it has entered, whose unit of work may run several times. */
    private final class Attempt {
        private final View view;
        private final @Nullable Aim aim;
        private List<PartitionId> begun = List.of();

        Attempt(View view, @Nullable Aim aim) {
            this.view = view;
            this.aim = aim;
        }

        <R> R run(Function<? super ReplicaUnit, ? extends R> work) {
            Decided<R> decided;
            try {
                Storage authority = sides.of(Stages.authority(view.stage()).orElseThrow());
                decided = authority.replica().transact(unit -> decide(authority, unit, work));
            } catch (UnknownOutcomeException e) {
                end(false);
                throw e;
            } catch (RuntimeException | Error e) {
                end(true);
                throw e;
            }
            follower.follow(view, decided.batches(), this::end);
            return decided.result();
        }

        private <R> Decided<R> decide(
                Storage authority, ReplicaUnit unit, Function<? super ReplicaUnit, ? extends R> work) {
            settle(true);
            boolean dual = Stages.dual(view.stage());
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

        /** The write is over: it failed, or has arrived at the follower, or is left to its marks. */
        private void end(boolean followed) {
            settle(followed);
            member.leave(view);
        }

        private void settle(boolean followed) {
            pending.end(begun, followed);
            begun = List.of();
        }
    }
}
