package io.storeway.migrate.routing;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.Migration;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.internal.Scan;
import io.storeway.migrate.routing.StageRecord.Cause;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A backfill beside live writers. It begins by opening a term: once every instance writes in it, a copied state, which
 * counts as (term, 0), is older than any live write and newer than anything before.
 */
final class LiveBackfill {

    private static final int AT_ONCE = 200;

    private final Sides sides;
    private final Controls controls;
    private final RoutingOptions options;
    private final Barrier barrier;
    private final ProgressListener listener;

    LiveBackfill(Sides sides, Controls controls, RoutingOptions options, Barrier barrier, ProgressListener listener) {
        this.listener = listener;
        this.sides = sides;
        this.controls = controls;
        this.options = options;
        this.barrier = barrier;
    }

    BackfillReport run(String by) {
        StageRecord record = controls.read();
        if (!record.stage().dual() || record.stage().authority().orElseThrow() != Side.OLD) {
            throw new StageBlockedException(
                    record.stage(),
                    record.stage(),
                    List.of("a backfill runs from DUAL_WRITE to READ_NEW, while every write goes to both sides"));
        }
        if (record.opened()) {
            settle(record);
        } else {
            record = open(record, by);
        }
        long term = record.term();
        try {
            BackfillReport report = migration(term).backfill();
            for (EntityType<?> type : sides.types()) {
                sweep(type, term);
            }
            sides.operations().forEach(type -> copy(type, term));
            finish(term, by);
            return report;
        } catch (Fence.Closed e) {
            throw new StorageUnavailableException(
                    "The stage has changed while the backfill ran", ErrorContext.of("backfill"), e);
        }
    }

    private Migration migration(long term) {
        return Migration.from(new TermStorage(sides.of(Side.OLD), sides.migration(), term))
                .to(new TermStorage(sides.of(Side.NEW), sides.migration(), term))
                .clock(options.clock())
                .batch(1_000)
                .withoutReadingAhead()
                .retries(0, options.lease())
                .listener(listener)
                .build();
    }

    private StageRecord open(StageRecord before, String by) {
        StageRecord opening =
                before.change(cause(by, "a backfill opens a term")).nextTerm().record();
        replace(before, opening);
        settle(opening);
        migration(opening.term()).restart();
        StageRecord opened = opening.change(cause(by, "every write is in the term of the backfill"))
                .backfill(true, false)
                .record();
        replace(opening, opened);
        return opened;
    }

    /** Waits until every write is in the term of the record; a switch that was given up may have left an earlier one behind. */
    private void settle(StageRecord record) {
        Instant end = options.clock().instant().plus(options.lease()).plus(options.switchWithin());
        try {
            barrier.open(record, end);
        } catch (Switch.Halted e) {
            throw Steering.blocked(record, String.valueOf(e.getMessage()));
        }
    }

    /** Copies what has no place in a catalog. */
    private void copy(EntityType<?> type, long term) {
        Converger converger = new Converger(sides, new Refusals());
        Map<Key, Version> some = new LinkedHashMap<>();
        Scan.of(sides.of(Side.OLD).replica(), type, AT_ONCE, state -> {
            some.put(state.key(), Version.NONE);
            if (some.size() == AT_ONCE) {
                converger.converge(Side.OLD, term, type, some);
                some.clear();
            }
        });
        if (!some.isEmpty()) {
            converger.converge(Side.OLD, term, type, some);
        }
    }

    /** Partitions that a migration has put into the new storage and that the old one no longer has. */
    private void sweep(EntityType<?> type, long term) {
        List<Key> keys = new ArrayList<>();
        Scan.of(sides.of(Side.NEW).replica(), type, AT_ONCE, state -> {
            if (state.version().epoch() > 0) {
                keys.add(state.key());
            }
            if (keys.size() == AT_ONCE) {
                removeAbsent(type, keys, term);
                keys.clear();
            }
        });
        removeAbsent(type, keys, term);
    }

    private void removeAbsent(EntityType<?> type, List<Key> keys, long term) {
        Map<Key, Version> absent = new LinkedHashMap<>();
        for (PartitionState state : sides.of(Side.OLD).replica().read(type, keys)) {
            if (state.items().isEmpty() && state.residue().isEmpty()) {
                absent.put(state.key(), Version.NONE);
            }
        }
        if (!absent.isEmpty()) {
            new Converger(sides, new Refusals()).converge(Side.OLD, term, type, absent);
        }
    }

    private void finish(long term, String by) {
        StageRecord before = controls.read();
        while (before.term() == term && before.opened()) {
            StageRecord after = before.change(cause(by, "the backfill is at its end"))
                    .backfill(true, true)
                    .record();
            if (controls.replace(before, after, "")) {
                return;
            }
            before = controls.read();
        }
        throw new Fence.Closed();
    }

    private void replace(StageRecord before, StageRecord after) {
        if (!controls.replace(before, after, "")) {
            throw new StageBlockedException(
                    before.stage(), before.stage(), List.of("somebody else has changed the stage"));
        }
    }

    private Cause cause(String by, String reason) {
        return new Cause(by, reason, options.clock().instant());
    }
}
