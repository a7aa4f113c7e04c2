package io.storeway.migrate.routing.internal.steps;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.Migration;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.internal.Scan;
import io.storeway.migrate.routing.Block;
import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.convergence.Converger;
import io.storeway.migrate.routing.internal.convergence.Refusals;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.replication.TermStorage;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A backfill while the application writes. It begins by opening a new term and waits until every instance writes in it. A copied
 * state gets the first version of that term, (term, 0): older than every write made meanwhile, newer than everything before.
 */
public final class LiveBackfill {

    private static final int AT_ONCE = 200;
    private static final String OPERATIONS = "storeway_operation";

    private final Sides sides;
    private final ControlRecords controls;
    private final RoutingOptions options;
    private final StageChanger changer;
    private final Barrier barrier;
    private final ProgressListener listener;

    public LiveBackfill(
            Sides sides,
            ControlRecords controls,
            RoutingOptions options,
            StageChanger changer,
            Barrier barrier,
            ProgressListener listener) {
        this.sides = sides;
        this.controls = controls;
        this.options = options;
        this.changer = changer;
        this.barrier = barrier;
        this.listener = listener;
    }

    public BackfillReport run(String by, String reason) {
        StageRecord record = controls.read();
        if (!Stages.dual(record.stage()) || Stages.authority(record.stage()).orElseThrow() != Side.OLD) {
            throw StageChanger.blocked(
                    record,
                    new Block(
                            Guard.STEP,
                            "a backfill runs from DUAL_WRITE to READ_NEW, while every write goes to both sides"));
        }
        if (record.opened()) {
            settle(record);
        } else {
            record = open(record, by, reason);
        }
        long term = record.term();
        try {
            BackfillReport report = migration(term).backfill();
            List<EntityType<?>> childrenFirst = new ArrayList<>(sides.types());
            Collections.reverse(childrenFirst);
            childrenFirst.forEach(type -> sweep(type, term));
            copyOperations(term);
            finish(term, by, reason, report);
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

    private StageRecord open(StageRecord before, String by, String reason) {
        StageRecord opening =
                before.change(changer.cause(by, reason)).nextTerm().record();
        changer.replace(before, opening, "a backfill opens a term");
        settle(opening);
        migration(opening.term()).restart();
        StageRecord opened =
                opening.change(changer.cause(by, reason)).backfill(true, false).record();
        changer.replace(opening, opened, "every write is in the term of the backfill");
        return opened;
    }

    /** Waits until every instance writes in the term of the record; one may lag behind after a switchover that was given up. */
    private void settle(StageRecord record) {
        Instant end = options.clock().instant().plus(options.lease()).plus(options.switchWithin());
        try {
            barrier.open(record, end);
        } catch (Switchover.Halted e) {
            throw StageChanger.blocked(record, e.block());
        }
    }

    /**
     * Copies the ids of operations that the application has run. They are in no catalog, but after a switchover an operation that
     * is run again has to be known.
     */
    private void copyOperations(long term) {
        EntityType<?> type = sides.type(OPERATIONS);
        if (sides.of(Side.OLD).replica().ready(List.of(type))) {
            sides.prepare(List.of(type));
            each(Side.OLD, type, present -> converge(type, present.keySet(), term));
        }
    }

    /**
     * Removes partitions of the new storage that the old one no longer has. One that no migration has ever written to either side
     * belongs to somebody else and stays.
     */
    private void sweep(EntityType<?> type, long term) {
        each(Side.NEW, type, present -> removeAbsent(type, present, term));
    }

    /** Hands over the keys and versions of all partitions of a side, some at a time. */
    private void each(Side side, EntityType<?> type, Consumer<Map<Key, Version>> some) {
        Map<Key, Version> present = new LinkedHashMap<>();
        Scan.of(sides.of(side).replica(), type, AT_ONCE, state -> {
            present.put(state.key(), state.version());
            if (present.size() == AT_ONCE) {
                some.accept(present);
                present.clear();
            }
        });
        if (!present.isEmpty()) {
            some.accept(present);
        }
    }

    private void removeAbsent(EntityType<?> type, Map<Key, Version> present, long term) {
        List<Key> absent = sides.of(Side.OLD).replica().read(type, List.copyOf(present.keySet())).stream()
                .filter(state -> Sides.gone(state, present.getOrDefault(state.key(), Version.NONE)))
                .map(PartitionState::key)
                .toList();
        if (!absent.isEmpty()) {
            converge(type, absent, term);
        }
    }

    private void converge(EntityType<?> type, Collection<Key> keys, long term) {
        Map<Key, Version> wanted = new LinkedHashMap<>();
        keys.forEach(key -> wanted.put(key, Version.NONE));
        new Converger(sides, new Refusals()).converge(Side.OLD, term, type, wanted);
    }

    private void finish(long term, String by, String reason, BackfillReport report) {
        String evidence = "the backfill is at its end: "
                + report.entities().stream()
                        .map(entity -> entity.entity() + " " + entity.items() + " items, residue " + entity.residue())
                        .collect(Collectors.joining("; "));
        StageRecord before = controls.read();
        while (before.term() == term && before.opened()) {
            StageRecord after = before.change(changer.cause(by, reason))
                    .backfill(true, true)
                    .copied(sides.types().stream()
                            .flatMap(type -> sides.fields(type).stream())
                            .toList())
                    .record();
            if (controls.replace(before, after, evidence)) {
                return;
            }
            before = controls.read();
        }
        throw new Fence.Closed();
    }
}
