package io.storeway.migrate.routing.internal.replication;

import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Page;
import io.storeway.Storage;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import io.storeway.spi.ReplicaStore.ScanPage;
import io.storeway.spi.Version;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The marks of an authority. */
public final class Marks {

    private static final Field<Mark, String> MIGRATION = Mark.TYPE.field(Mark::migration);

    private Marks() {}

    /** Marks the partitions in the unit that changes them. */
    public static void put(ReplicaUnit unit, Sides sides, List<Touched.Batch> batches, Instant now) {
        Instant since = now.truncatedTo(ChronoUnit.MILLIS);
        List<Mark> marks = new ArrayList<>();
        for (Touched.Batch batch : batches) {
            Carried carried = sides.carried(batch.type().name());
            batch.states()
                    .forEach(state -> marks.add(Mark.of(
                            PartitionId.of(batch.type(), state.key()),
                            carried,
                            state.version(),
                            since,
                            sides.migration())));
        }
        unit.repository(Mark.TYPE).saveAll(marks);
    }

    /** A unit that removes several marks has met a writer of one of them. */
    private static final class Contended extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Contended() {
            super("A mark is written while it is removed", null, false, false);
        }
    }

    /**
     * Removes those of the marks whose version the follower has reached. A mark of a later write stays. Where writers meet a unit, it is
     * divided instead of run again: under load some of many marks are always being written.
     */
    public static void clear(Storage authority, List<Key> keys, Map<PartitionId, Version> reached) {
        if (keys.isEmpty()) {
            return;
        }
        try {
            remove(authority, keys, reached);
        } catch (Contended e) {
            int half = keys.size() / 2;
            clear(authority, keys.subList(0, half), reached);
            clear(authority, keys.subList(half, keys.size()), reached);
        }
    }

    private static void remove(Storage authority, List<Key> keys, Map<PartitionId, Version> reached) {
        AtomicInteger runs = new AtomicInteger();
        authority.transact(unit -> {
            if (runs.incrementAndGet() > 1 && keys.size() > 1) {
                throw new Contended();
            }
            List<Key> met = new ArrayList<>();
            for (Mark mark : unit.repository(Mark.TYPE).findAll(keys)) {
                if (mark != null && covers(reached, mark)) {
                    met.add(mark.key());
                }
            }
            return unit.repository(Mark.TYPE).deleteAll(met);
        });
    }

    private static boolean covers(Map<PartitionId, Version> reached, Mark mark) {
        Version version = reached.get(new PartitionId(mark.entity(), mark.partition()));
        return version != null && mark.version().compareTo(version) <= 0;
    }

    /**
     * A page of the marks of a migration, in the order of the store: about as many as the limit, and maybe none before the end. It is
     * no query, because on a key-value storage each page of a query reads all marks.
     */
    public static Page<Mark> page(Storage authority, String migration, @Nullable String cursor, int limit) {
        ScanPage page = authority.replica().scan(Mark.TYPE, cursor, limit);
        List<Mark> marks = new ArrayList<>();
        for (PartitionState state : page.partitions()) {
            if (state.residue().isEmpty()) {
                state.items().forEach(item -> marks.add(Mark.TYPE.fromRow(item.row())));
            } else {
                // Fails, and says what is wrong with the entry.
                marks.addAll(
                        authority.repository(Mark.TYPE).partition(state.key()).list());
            }
        }
        marks.removeIf(mark -> !mark.migration().equals(migration));
        return new Page<>(marks, page.next(), null);
    }

    public static long count(Storage authority, String migration) {
        return authority
                .repository(Mark.TYPE)
                .where(MIGRATION.eq(migration))
                .allowScan()
                .count();
    }
}
