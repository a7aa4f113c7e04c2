package io.storeway.migrate.routing.internal.membership;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.Instance;
import io.storeway.migrate.routing.internal.control.Pause;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.StageRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * This instance's part in a migration: the stage as a field, a lease, and the acknowledgement of epochs. Thread-safe.
 *
 * <p>A write enters the view of the present epoch and leaves it when it is done. An epoch is acknowledged when no write is left in
 * the views of earlier epochs.
 */
public final class Member {

    /** How often a thread looks whether another one has ended its refresh. */
    private static final int TURNS = 200;
    /** How long an instance that died stays on record. */
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private final ControlRecords controls;
    private final RoutingOptions options;
    private final ShadowCounts counts;
    private final ReadHealth health;
    private final ReentrantLock refreshing = new ReentrantLock();
    private final Deque<View> draining = new ArrayDeque<>();
    private final String session = UUID.randomUUID().toString();
    private volatile View view;
    private volatile Instant viewSince;
    private volatile Instant leaseUntil;
    private Instance told;
    private volatile boolean readsNew = true;
    private volatile String note = "";
    private volatile boolean closed;

    public Member(ControlRecords controls, RoutingOptions options, ShadowCounts counts, ReadHealth health) {
        this.controls = controls;
        this.options = options;
        this.counts = counts;
        this.health = health;
        // Announced before the stage is read: a switchover that begins in between waits for this instance.
        this.leaseUntil = options.clock().instant().plus(options.lease());
        this.told = save(0, leaseUntil);
        controls.forgetDead(leaseUntil.minus(REMEMBERED));
        this.viewSince = options.clock().instant();
        this.view = new View(controls.read());
        counts.reset(view.record().epoch());
        refresh();
    }

    /** The stage as of the last refresh. */
    public View view() {
        return view;
    }

    /** The stage as of the last refresh, if it was learned so long ago. */
    public Optional<View> viewFor(Duration time) {
        View present = view;
        return viewSince.plus(time).isAfter(options.clock().instant()) ? Optional.empty() : Optional.of(present);
    }

    /**
     * The stage for a read.
     *
     * @throws StorageClosedException if this instance takes part no more
     */
    public View reading(String operation) {
        requireOpen(operation);
        return view;
    }

    private void requireOpen(String operation) {
        if (closed) {
            throw new StorageClosedException("This instance has left the migration", context(operation), null);
        }
    }

    /** Whether the kill switch lets this instance read the new storage while the old one decides. */
    public boolean readsNew() {
        return readsNew;
    }

    public void readNew(boolean allowed) {
        readsNew = allowed;
    }

    /** Sets the note that the next renewal of the lease takes along. */
    public void note(String text) {
        note = text;
    }

    /** Learns the stage, renews the lease and acknowledges epochs. Does nothing while another thread is doing so. */
    public void refresh() {
        refresh(true);
    }

    private void refresh(boolean renew) {
        if (refreshing.tryLock()) {
            try {
                learn(renew);
            } finally {
                refreshing.unlock();
            }
        }
    }

    /**
     * Learns the stage, and writes down what is new about this instance. Waits for another thread that is doing so, because that
     * one may have read the stage too early. Threads that wait for others call this every few milliseconds, so the lease is only
     * renewed once half of it is over.
     */
    public void refreshNow() {
        for (int turn = 0; turn < TURNS && !refreshing.tryLock(); turn++) {
            options.pause().await(Pause.TURN);
        }
        if (refreshing.isHeldByCurrentThread()) {
            try {
                learn(false);
            } finally {
                refreshing.unlock();
            }
        }
    }

    private void learn(boolean renew) {
        Instant now = options.clock().instant();
        StageRecord record = controls.read();
        if (record.epoch() != view.record().epoch()) {
            if (record.stage() != view.stage()) {
                health.reset();
            }
            draining.add(view);
            viewSince = now;
            view = new View(record);
            counts.reset(record.epoch());
        }
        while (!draining.isEmpty() && draining.peek().writes().get() == 0) {
            draining.remove();
        }
        View oldest = draining.peek();
        long acked = oldest == null ? view.record().epoch() : oldest.record().epoch();
        boolean halfOver = now.isAfter(leaseUntil.minus(options.lease().dividedBy(2)));
        if (!closed && (renew || halfOver || !told.says(acked, counts.compares(), counts.mismatches()))) {
            Instant until = now.plus(options.lease());
            told = save(acked, until);
            leaseUntil = until;
        }
    }

    private Instance save(long acked, Instant until) {
        Instance instance = new Instance(
                options.migration(),
                options.instance(),
                session,
                acked,
                until.truncatedTo(ChronoUnit.MILLIS),
                options.plan().get(),
                counts.compares(),
                counts.mismatches(),
                counts.dropped(),
                health.minutes().stream().map(ReadMinute::text).toList(),
                note);
        controls.save(instance);
        return instance;
    }

    /**
     * Enters a write; waits while the migration switches.
     *
     * @throws StorageUnavailableException if that takes too long, or the lease is over and can't be renewed
     * @throws StorageClosedException if this instance takes part no more
     */
    public View enter(String operation) {
        Instant end = options.clock().instant().plus(options.park());
        while (true) {
            View entered = view;
            entered.writes().incrementAndGet();
            if (!closed && entered == view && entered.stage() != Stage.SWITCHING && holdsLease()) {
                return entered;
            }
            leave(entered);
            requireOpen(operation);
            catchUp(operation, end);
        }
    }

    public void leave(View entered) {
        entered.writes().decrementAndGet();
    }

    public boolean holdsLease() {
        return options.clock().instant().isBefore(leaseUntil.minus(options.skew()));
    }

    /** Why this instance may not write, if its lease is over and nobody has renewed it. */
    public Optional<RuntimeException> lapsed() {
        return closed || holdsLease() ? Optional.empty() : Optional.of(lapsed("heartbeat"));
    }

    private static StorageUnavailableException lapsed(String operation) {
        return new StorageUnavailableException(
                "The lease of this instance is over, because the control storage doesn't answer; nothing was written, try again",
                context(operation),
                null);
    }

    /**
     * Waits a moment and learns the stage.
     *
     * @throws StorageUnavailableException after the given end, or if the stage can't be read
     */
    public void catchUp(String operation, Instant end) {
        Clock clock = options.clock();
        if (!clock.instant().isBefore(end)) {
            throw holdsLease()
                    ? new StorageUnavailableException(
                            "The migration is switching storages; nothing was written, try again",
                            context(operation),
                            null)
                    : lapsed(operation);
        }
        options.pause().await(Pause.TURN);
        try {
            refresh(false);
        } catch (StorageException e) {
            throw new StorageUnavailableException(
                    "The stage of the migration can't be read; nothing was written, try again", context(operation), e);
        }
    }

    private static ErrorContext context(String operation) {
        return new ErrorContext(operation, RoutingOptions.BACKEND, null, null);
    }

    /** Refuses reads and writes from now on. */
    public void close() {
        closed = true;
    }

    /** Gives the lease back, unless writes still run: others then wait until it ends. Called after {@link #close}. */
    public void resign() {
        refreshing.lock();
        try {
            if (view.writes().get() == 0
                    && draining.stream().allMatch(old -> old.writes().get() == 0)) {
                controls.forget(told);
            }
        } finally {
            refreshing.unlock();
        }
    }
}
