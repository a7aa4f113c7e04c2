package io.storeway.migrate;

import io.storeway.Key;
import io.storeway.error.StorageException;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes leases in the target and holds them, for one holder. A lease only saves work; what keeps two holders apart is its
 * token, which every unit of work checks and holds until it ends. So a holder that was stopped, or whose clock is wrong,
 * writes nothing after another has taken over.
 */
final class Leases {

    private final Pairing pair;
    private final String holder = UUID.randomUUID().toString();

    Leases(Pairing pair) {
        this.pair = pair;
    }

    /** Another holder has taken over; nothing of the unit is written. */
    static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Lost() {
            super("Another process has taken over", null, false, false);
        }
    }

    /** Takes a lease with a higher token, unless another one holds it. */
    Optional<Lease> take(ReplicaUnit unit, String name) {
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
     * Keeps the unit from taking effect unless the lease is still the newest, and makes it last.
     *
     * @throws Lost if it is not
     */
    void hold(ReplicaUnit unit, Lease held) {
        Lease newest = unit.pin(Lease.TYPE, Key.of(held.name())).orElseThrow(Lost::new);
        if (newest.token() != held.token()) {
            throw new Lost();
        }
        Duration half = pair.pace().lease().dividedBy(2);
        if (pair.pace().timer().instant().plus(half).isAfter(newest.until())) {
            unit.repository(Lease.TYPE).save(newest.until(end()));
        }
    }

    /** Lets others take the lease at once; where that fails, they wait until it ends. */
    void release(Lease held) {
        try {
            pair.target().replica().transact(unit -> {
                Optional<Lease> newest = unit.repository(Lease.TYPE).find(held.name());
                newest.filter(lease -> lease.token() == held.token())
                        .ifPresent(lease -> unit.repository(Lease.TYPE).save(lease.released()));
                return held;
            });
        } catch (StorageException e) {
            // It ends by itself; what the run has found out is worth more than this.
            return;
        }
    }
}
