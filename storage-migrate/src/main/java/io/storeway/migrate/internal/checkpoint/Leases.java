package io.storeway.migrate.internal.checkpoint;

import io.storeway.Key;
import io.storeway.error.StorageException;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes leases in the target and keeps them, for one holder. The time of a lease only saves double work. What keeps two holders apart
 * is its token: every unit of work checks it, and prevents its change until the unit ends. So a holder that was paused, or whose
 * clock is wrong, writes nothing after another one has taken over.
 */
public final class Leases {

    private final Pairing pair;
    private final String holder = UUID.randomUUID().toString();

    public Leases(Pairing pair) {
        this.pair = pair;
    }

    /** Another holder has taken over; the unit of work writes nothing. */
    public static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Lost() {
            super("Another process has taken over", null, false, false);
        }
    }

    /** Takes a lease, with a higher token, unless another holder has it. */
    public Optional<Lease> take(ReplicaUnit unit, String name) {
        Optional<Lease> before = unit.repository(Lease.TYPE).find(name);
        if (before.filter(lease -> !lease.holder().equals(holder)
                        && !lease.free(pair.pace().timer().instant()))
                .isPresent()) {
            return Optional.empty();
        }
        Lease mine = new Lease(name, holder, before.map(Lease::token).orElse(0L) + 1, end());
        unit.repository(Lease.TYPE).save(mine);
        return Optional.of(mine);
    }

    private Instant end() {
        return pair.pace().timer().instant().plus(pair.pace().lease()).truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * Lets the unit of work take effect only if the lease still has the newest token, and prolongs the lease.
     *
     * @throws Lost if it has not
     */
    public void hold(ReplicaUnit unit, Lease held) {
        Lease newest = unit.pin(Lease.TYPE, Key.of(held.name())).orElseThrow(Lost::new);
        if (newest.token() != held.token()) {
            throw new Lost();
        }
        Duration half = pair.pace().lease().dividedBy(2);
        if (pair.pace().timer().instant().plus(half).isAfter(newest.until())) {
            unit.repository(Lease.TYPE).save(newest.until(end()));
        }
    }

    /** Lets others take the lease at once. If that fails, they have to wait until it ends. */
    public void release(Lease held) {
        try {
            pair.target().replica().transact(unit -> {
                Optional<Lease> newest = unit.repository(Lease.TYPE).find(held.name());
                newest.filter(lease -> lease.token() == held.token())
                        .ifPresent(lease -> unit.repository(Lease.TYPE).save(lease.released()));
                return held;
            });
        } catch (StorageException e) {
            // The lease ends by itself. This failure must not hide the result of the run.
            return;
        }
    }
}
