package io.storeway.migrate.internal.backfill;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.StopReason;
import io.storeway.migrate.internal.checkpoint.Checkpoint;
import io.storeway.migrate.internal.checkpoint.Lease;
import io.storeway.migrate.internal.checkpoint.Leases;
import io.storeway.migrate.internal.run.Budget;
import io.storeway.migrate.internal.run.Meter;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.migrate.internal.run.Timer;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import io.storeway.spi.ReplicaStore.ScanPage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One process's share in copying an entity type. Ends when the whole type is copied, by this process or others. */
final class SharedCopy {

    private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final Pairing pair;
    private final EntityType<?> type;
    private final Shares shares;
    private final Leases leases;
    private final Meter meter;
    private final Budget budget;
    private final PageCopy pages;
    private final Function<Consumer<ReplicaUnit>, TypeCopy> alone;
    private Duration wait = SHORTEST_WAIT;
    private long told = -1;
    private long writes;
    private @Nullable StopReason stopped;

    /**
     * Prepares.
     *
     * @param alone copies the whole type, with a guard at the start of each unit of work
     */
    SharedCopy(
            Pairing pair,
            EntityType<?> type,
            Shares shares,
            Leases leases,
            Meter meter,
            Budget budget,
            @Nullable Workers workers,
            Function<Consumer<ReplicaUnit>, TypeCopy> alone) {
        this.pair = pair;
        this.type = type;
        this.shares = shares;
        this.leases = leases;
        this.meter = meter;
        this.budget = budget;
        this.pages = new PageCopy(pair, type, budget, workers);
        this.alone = alone;
    }

    /** How many rows, residue items and deletions this process wrote. */
    long writes() {
        return writes;
    }

    /** Why it stopped before the end, or null. */
    @Nullable
    StopReason stopped() {
        return stopped;
    }

    EntityProgress run() {
        while (stopped == null) {
            StopReason reason = budget.await();
            if (reason != null) {
                Checkpoint whole = transact(shares::settled);
                stopped = whole.atEnd() ? null : reason;
                return whole.progress();
            }
            Shares.Found found = transact(shares::next);
            tell(found.whole());
            switch (found.task()) {
                case NOTHING -> {
                    return found.whole().progress();
                }
                case WAIT -> await();
                default -> work(found);
            }
        }
        return transact(shares::settled).progress();
    }

    private void await() {
        Timer timer = pair.pace().timer();
        timer.await(timer.jittered(wait));
        wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
    }

    private void work(Shares.Found found) {
        wait = SHORTEST_WAIT;
        try {
            switch (found.task()) {
                case READ -> read(found);
                case COPY_PART -> copyLeft(found.held());
                case COPY_ALONE -> copyAlone(found);
                case WAIT, NOTHING -> throw new IllegalStateException("Nothing to do needs no lease");
            }
        } catch (Leases.Lost e) {
            // Another process has taken over; there may be something else to do.
            return;
        }
    }

    private void read(Shares.Found found) {
        ScanPage page = orRelease(
                found.held(),
                () -> retried(
                        () -> pair.source().replica().scan(type, found.whole().cursor(), pages.size())));
        Optional<Lease> part = orRelease(found.held(), () -> transact(unit -> shares.publish(unit, found, page)));
        part.ifPresent(lease -> copy(lease, page.partitions()));
    }

    private void copyLeft(Lease part) {
        copy(part, orRelease(part, () -> {
            List<Key> keys = transact(unit -> shares.partitions(unit, part));
            return retried(() -> pair.source().replica().read(type, keys));
        }));
    }

    private void copy(Lease part, List<PartitionState> partitions) {
        PartitionCopy copy = new PartitionCopy(pages.into(unit -> leases.hold(unit, part)), shares.none(part));
        try {
            orRelease(part, () -> {
                pages.copy(copy, partitions, (unit, counted, written) -> shares.done(unit, counted));
                return part;
            });
        } finally {
            writes += copy.writes();
        }
    }

    private void copyAlone(Shares.Found found) {
        TypeCopy copy = alone.apply(unit -> leases.hold(unit, found.held()));
        try {
            copy.run(found.whole(), true);
            stopped = copy.stopped();
        } finally {
            writes += copy.writes();
            leases.release(found.held());
        }
    }

    /** Does work under a lease. If it fails, the lease is released so that others can take it at once. */
    private <R> R orRelease(Lease lease, Supplier<R> work) {
        try {
            return work.get();
        } catch (Leases.Lost e) {
            throw e;
        } catch (RuntimeException e) {
            leases.release(lease);
            throw e;
        }
    }

    private <R> R transact(Function<? super ReplicaUnit, ? extends R> work) {
        return retried(() -> pair.target().replica().transact(work));
    }

    private <R> R retried(Supplier<R> call) {
        return pair.pace().retries().call(call);
    }

    /** Tells the listener how far all processes have come, if that has changed. */
    private void tell(Checkpoint whole) {
        if (told < 0) {
            meter.begin(ProgressListener.Phase.BACKFILL, type.name(), whole.partitions(), whole.items());
        } else if (whole.partitions() != told) {
            pair.listener()
                    .progress(
                            meter.at(ProgressListener.Phase.BACKFILL, type.name(), whole.partitions(), whole.items()));
        }
        told = whole.partitions();
    }
}
