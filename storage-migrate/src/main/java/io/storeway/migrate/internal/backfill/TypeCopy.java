package io.storeway.migrate.internal.backfill;

import io.storeway.EntityType;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.RunStatus;
import io.storeway.migrate.StopReason;
import io.storeway.migrate.internal.checkpoint.Checkpoint;
import io.storeway.migrate.internal.checkpoint.Tally;
import io.storeway.migrate.internal.run.Budget;
import io.storeway.migrate.internal.run.Meter;
import io.storeway.migrate.internal.run.Pages;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies an entity type page by page, without other processes. With one worker, a page and its checkpoint are one unit of work of the
 * target. With several, each writes a part of the page, and the checkpoint follows when all are done. In a type that refers to itself
 * a record may come before the one that it refers to, and be refused; further passes then let it in.
 */
final class TypeCopy {

    private final Pairing pair;
    private final EntityType<?> type;
    private final Meter meter;
    private final Budget budget;
    private final Tally none;
    private final PageCopy pages;
    private final PartitionCopy.Target into;
    private final boolean tree;
    private PartitionCopy copied;
    private long writes;
    private long residueBefore = Long.MAX_VALUE;
    private boolean saved;
    private @Nullable StopReason stopped;

    /**
     * Prepares.
     *
     * @param none the empty tally with which a pass starts
     */
    TypeCopy(
            Pairing pair,
            EntityType<?> type,
            Consumer<ReplicaUnit> guard,
            Meter meter,
            Budget budget,
            @Nullable Workers workers,
            Tally none) {
        this.pair = pair;
        this.type = type;
        this.meter = meter;
        this.budget = budget;
        this.none = none;
        this.pages = new PageCopy(pair, type, budget, workers);
        this.into = pages.into(guard);
        this.tree = type.references().stream().anyMatch(reference -> reference.target() == type);
        this.copied = new PartitionCopy(into, none);
    }

    /** How many rows, residue items and deletions were written. */
    long writes() {
        return writes;
    }

    /** Why it stopped before its end, or null. */
    @Nullable
    StopReason stopped() {
        return stopped;
    }

    /**
     * Copies what is left.
     *
     * @param interrupted where an earlier run stopped, or null to begin anew
     * @param known whether there is a checkpoint of an earlier run, which stays as it is as long as nothing has changed
     */
    EntityProgress run(@Nullable Checkpoint interrupted, boolean known) {
        saved = interrupted != null || !known;
        EntityProgress progress = pass(interrupted);
        while (stopped == null && letsInMore(copied.tally())) {
            residueBefore = copied.tally().residue();
            progress = pass(null);
        }
        return progress;
    }

    /** Whether a further pass may let in records that this one refused. */
    private boolean letsInMore(Tally counted) {
        return tree && counted.residue() > 0 && counted.residue() < residueBefore;
    }

    private EntityProgress pass(@Nullable Checkpoint interrupted) {
        copied = new PartitionCopy(into, interrupted == null ? none : Tally.of(interrupted));
        meter.begin(
                ProgressListener.Phase.BACKFILL,
                type.name(),
                copied.tally().partitions(),
                copied.tally().items());
        @Nullable String at = interrupted == null ? null : interrupted.cursor();
        try (Pages source = new Pages(
                pair.source().replica(),
                type,
                pair.pace().retries(),
                at,
                pages::size,
                pair.pace().readAhead())) {
            while (source.hasNext() && stopped == null) {
                stopped = budget.await();
                if (stopped == null) {
                    ReplicaStore.ScanPage page = source.next();
                    copy(page);
                    at = page.next();
                }
            }
        }
        if (stopped != null) {
            saveWhereItStopped(at);
        }
        writes += copied.writes();
        saved |= copied.writes() > 0;
        return stopped == null
                ? checkpoint(copied.tally(), copied.tally().atEnd(), null).progress()
                : checkpoint(copied.tally(), RunStatus.RUNNING, at).progress();
    }

    private void copy(ReplicaStore.ScanPage page) {
        pages.copy(copied, page.partitions(), ending(page.next()));
        pair.listener()
                .progress(meter.at(
                        ProgressListener.Phase.BACKFILL,
                        type.name(),
                        copied.tally().partitions(),
                        copied.tally().items()));
    }

    /** Saves the checkpoint, unless nothing has been written in this run and an earlier one is still right. */
    private PartitionCopy.Ending ending(@Nullable String next) {
        return (unit, counted, written) -> {
            if (written > 0 || saved) {
                unit.repository(Checkpoint.TYPE).save(checkpointAt(counted, next));
            }
        };
    }

    private Checkpoint checkpointAt(Tally counted, @Nullable String next) {
        if (next != null) {
            return checkpoint(counted, RunStatus.RUNNING, next);
        }
        return letsInMore(counted)
                ? checkpoint(none, RunStatus.RUNNING, null)
                : checkpoint(counted, counted.atEnd(), null);
    }

    private Checkpoint checkpoint(Tally counted, RunStatus status, @Nullable String cursor) {
        return counted.checkpoint(status, cursor, pair.clock().instant());
    }

    /** A run over unchanged data saves no checkpoints on its way. If it stops, the next run has to know where. */
    private void saveWhereItStopped(@Nullable String at) {
        if (!saved && copied.writes() == 0 && at != null) {
            saved = true;
            copied.copy(List.of(), ending(at));
        }
    }
}
