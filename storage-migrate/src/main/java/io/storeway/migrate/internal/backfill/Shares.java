package io.storeway.migrate.internal.backfill;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.migrate.RunStatus;
import io.storeway.migrate.internal.checkpoint.Checkpoint;
import io.storeway.migrate.internal.checkpoint.Lease;
import io.storeway.migrate.internal.checkpoint.Leases;
import io.storeway.migrate.internal.checkpoint.Tally;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import io.storeway.spi.ReplicaStore.ScanPage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How processes share the copying of an entity type. One process at a time holds the lease of reading: it reads the next page of the
 * source and makes a part of it, with a lease and a checkpoint of its own. The part's checkpoint first names its partitions, and
 * later counts what became of them. While the part is written, another process may read the next page. Whichever process comes next
 * adds parts that are done to the type's checkpoint, and copies a part whose lease has ended. Each method is one whole unit of work
 * in the target.
 */
final class Shares {

    private static final String LINE = "\n";

    private final EntityType<?> type;
    private final Tally none;
    private final Leases leases;
    private final Pairing pair;

    /**
     * Prepares.
     *
     * @param none the empty tally of the run
     */
    Shares(Pairing pair, EntityType<?> type, Tally none, Leases leases) {
        this.pair = pair;
        this.type = type;
        this.none = none;
        this.leases = leases;
    }

    /** What there is to do. */
    enum Task {
        /** Read the next page and make a part of it. */
        READ,
        /** Copy a part that another process has left. */
        COPY_PART,
        /** Copy the type alone, because it can't be shared. */
        COPY_ALONE,
        /** Wait until others have done what they are at. */
        WAIT,
        /** The type is at its end. */
        NOTHING
    }

    /**
     * What was found.
     *
     * @param whole how far all processes have come
     * @param lease the right to do it, or null if there is nothing to do
     */
    record Found(Task task, Checkpoint whole, @Nullable Lease lease) {

        Lease held() {
            return Objects.requireNonNull(lease);
        }
    }

    /** Adds up parts that are done, and takes a lease for the next thing to do. */
    Found next(ReplicaUnit unit) {
        Checkpoint whole = settled(unit);
        if (whole.atEnd()) {
            return new Found(Task.NOTHING, whole, null);
        }
        for (String part : whole.parts()) {
            Optional<Lease> lease = leases.take(unit, part);
            if (lease.isPresent()) {
                return new Found(Task.COPY_PART, whole, lease.get());
            }
        }
        boolean shared = Workers.anyOrder(type);
        if (shared && whole.exhausted()) {
            return new Found(Task.WAIT, whole, null);
        }
        Task task = shared ? Task.READ : Task.COPY_ALONE;
        return leases.take(unit, type.name())
                .map(lease -> new Found(task, whole, lease))
                .orElse(new Found(Task.WAIT, whole, null));
    }

    /** Adds up parts that are done. */
    Checkpoint settled(ReplicaUnit unit) {
        return settle(unit, begun(unit));
    }

    private Checkpoint begun(ReplicaUnit unit) {
        Repository<Checkpoint> checkpoints = unit.repository(Checkpoint.TYPE);
        Optional<Checkpoint> last = checkpoints.find(type.name());
        if (last.isPresent() && (last.get().run() >= none.run() || !last.get().atEnd())) {
            last.get().require(none);
            return last.get();
        }
        Checkpoint first = checkpoint(none, RunStatus.RUNNING, null);
        checkpoints.save(first);
        return first;
    }

    /** The checkpoint with the counts of all parts that are done. */
    private Checkpoint settle(ReplicaUnit unit, Checkpoint whole) {
        List<Key> done = new ArrayList<>();
        List<String> open = new ArrayList<>();
        Tally sum = Tally.of(whole);
        List<@Nullable Checkpoint> parts = whole.parts().isEmpty()
                ? List.of()
                : unit.repository(Checkpoint.TYPE)
                        .findAll(whole.parts().stream().map(Key::of).toList());
        for (int i = 0; i < parts.size(); i++) {
            Checkpoint part = parts.get(i);
            // A missing one has been added up by another process meanwhile; then this unit won't take effect anyway.
            if (part == null || !part.atEnd()) {
                open.add(whole.parts().get(i));
            } else {
                sum.add(Tally.of(part));
                done.add(Key.of(part.entity()));
            }
        }
        if (done.isEmpty()) {
            return whole;
        }
        unit.repository(Checkpoint.TYPE).deleteAll(done);
        unit.repository(Lease.TYPE).deleteAll(done);
        return save(unit, sum, whole.cursor(), whole.exhausted(), open);
    }

    private Checkpoint save(
            ReplicaUnit unit, Tally sum, @Nullable String cursor, boolean exhausted, List<String> open) {
        RunStatus status = exhausted && open.isEmpty() ? sum.atEnd() : RunStatus.RUNNING;
        Checkpoint whole = checkpoint(sum, status, cursor).left(exhausted, open);
        unit.repository(Checkpoint.TYPE).save(whole);
        return whole;
    }

    private Checkpoint checkpoint(Tally counted, RunStatus status, @Nullable String cursor) {
        return counted.checkpoint(status, cursor, pair.clock().instant());
    }

    /**
     * Makes a part of a page, and lets others read the next page.
     *
     * @param from what was found before the page was read
     * @return the lease of the part, or empty if the page has no partitions
     * @throws Leases.Lost if another process has read the page
     */
    Optional<Lease> publish(ReplicaUnit unit, Found from, ScanPage page) {
        Lease reading = from.held();
        leases.hold(unit, reading);
        Checkpoint whole = unit.repository(Checkpoint.TYPE).find(type.name()).orElseThrow(Leases.Lost::new);
        if (whole.exhausted() || !Objects.equals(whole.cursor(), from.whole().cursor())) {
            throw new Leases.Lost();
        }
        List<String> open = new ArrayList<>(whole.parts());
        Optional<Lease> copying = Optional.empty();
        if (!page.partitions().isEmpty()) {
            String part = type.name() + "/" + reading.token();
            String keys = page.partitions().stream()
                    .map(state -> state.key().text(type.partitionKey()))
                    .collect(Collectors.joining(LINE));
            unit.repository(Checkpoint.TYPE).save(checkpoint(none.none(part), RunStatus.RUNNING, keys));
            copying = leases.take(unit, part);
            open.add(part);
        }
        save(unit, Tally.of(whole), page.next(), page.next() == null, open);
        unit.repository(Lease.TYPE).save(reading.released());
        return copying;
    }

    /** The partitions of a part. */
    List<Key> partitions(ReplicaUnit unit, Lease part) {
        Checkpoint checkpoint =
                unit.repository(Checkpoint.TYPE).find(part.name()).orElseThrow(Leases.Lost::new);
        // A type without a partition key has one partition, whose key is an empty text.
        return Arrays.stream(Objects.requireNonNull(checkpoint.cursor()).split(LINE, -1))
                .map(key -> Key.parse(key, type.partitionKey()))
                .toList();
    }

    /** The empty tally of a part. */
    Tally none(Lease part) {
        return none.none(part.name());
    }

    /** Saves the counts of a part that is done. Part of the unit of work that writes the last of its partitions. */
    void done(ReplicaUnit unit, Tally counted) {
        unit.repository(Checkpoint.TYPE).save(checkpoint(counted, counted.atEnd(), null));
    }
}
