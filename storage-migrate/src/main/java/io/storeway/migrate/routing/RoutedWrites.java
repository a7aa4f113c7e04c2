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
 * The write protocol. One unit of the authority does the work, gives versions and marks what it changed; then the follower
 * gets the new states. Whatever happens after the first commit, the mark is there until the follower has the write.
 * Thread-safe.
 */
final class RoutedWrites {

    /** What a unit of the authority has come to. */
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

    /** Partitions of one type that work is known to write. */
    record Aim(EntityType<?> type, Set<Key> partitions) {}

    /** Runs work that writes, in the stage of the moment. */
    <R> R run(String operation, Function<? super ReplicaUnit, ? extends R> work) {
        return run(operation, null, work);
    }

    /** Runs work of which it is known what it writes, in the stage of the moment. */
    <R> R run(String operation, @Nullable Aim aim, Function<? super ReplicaUnit, ? extends R> work) {
        Instant end = options.clock().instant().plus(options.park());
        while (true) {
            View view = member.enter(operation);
            try {
                return run(view, aim, work);
            } catch (Fence.Closed overtaken) {
                // Nothing was written: this instance has not heard of the latest stage.
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

    /** One write, whose unit may run several times. */
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
