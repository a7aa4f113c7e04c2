package io.storeway.migrate.internal.checkpoint;

import io.storeway.migrate.ResidueCount;
import io.storeway.migrate.RunStatus;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.Residue;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what becomes of the items of one entity type. Not thread-safe. */
public final class Tally {

    private record Reason(Residue.Kind kind, @Nullable String constraint) {}

    private final String entity;
    private final String planHash;
    private final long run;
    private long partitions;
    private long items;
    private long written;
    private long unchanged;
    private long stale;
    private long expired;
    private final Map<Reason, Long> reasons = new LinkedHashMap<>();

    /**
     * Starts.
     *
     * @param entity the name of the type, or of a part of it
     */
    public Tally(String entity, String planHash, long run) {
        this.entity = entity;
        this.planHash = planHash;
        this.run = run;
    }

    /** An empty tally of the same run. */
    public Tally none(String part) {
        return new Tally(part, planHash, run);
    }

    /** Goes on from what a checkpoint says. */
    public static Tally of(Checkpoint checkpoint) {
        Tally tally = new Tally(checkpoint.entity(), checkpoint.planHash(), checkpoint.run());
        tally.partitions = checkpoint.partitions();
        tally.items = checkpoint.items();
        tally.written = checkpoint.written();
        tally.unchanged = checkpoint.unchanged();
        tally.stale = checkpoint.stale();
        tally.expired = checkpoint.expired();
        checkpoint
                .progress()
                .reasons()
                .forEach(count -> tally.reasons.put(new Reason(count.kind(), count.constraint()), count.count()));
        return tally;
    }

    /** An independent copy, for a unit of work that may run more than once. */
    public Tally copy() {
        Tally copy = none(entity);
        copy.partitions = partitions;
        copy.items = items;
        copy.written = written;
        copy.unchanged = unchanged;
        copy.stale = stale;
        copy.expired = expired;
        copy.reasons.putAll(reasons);
        return copy;
    }

    /** Adds what another one has counted. */
    public void add(Tally other) {
        partitions += other.partitions;
        items += other.items;
        written += other.written;
        unchanged += other.unchanged;
        stale += other.stale;
        expired += other.expired;
        other.reasons.forEach((reason, count) -> reasons.merge(reason, count, Long::sum));
    }

    public void expired(long more) {
        expired += more;
        items += more;
    }

    public void partition(PartitionState state, Outcome outcome) {
        partitions++;
        items += state.items().size() + state.residue().size();
        switch (outcome) {
            case APPLIED -> written += state.items().size();
            case UNCHANGED -> unchanged += state.items().size();
            case STALE -> stale += state.items().size();
            case REFUSED ->
                throw new IllegalStateException("A refused state is applied again without the refused items");
        }
        for (Residue residue : state.residue()) {
            reasons.merge(new Reason(residue.kind(), residue.constraint()), 1L, Long::sum);
        }
    }

    public String planHash() {
        return planHash;
    }

    public long run() {
        return run;
    }

    public long partitions() {
        return partitions;
    }

    public long items() {
        return items;
    }

    public long residue() {
        return reasons.values().stream().mapToLong(Long::longValue).sum();
    }

    public Checkpoint checkpoint(RunStatus status, @Nullable String cursor, Instant now) {
        return new Checkpoint(
                entity,
                planHash,
                run,
                status,
                cursor,
                status == RunStatus.DONE || status == RunStatus.DONE_WITH_RESIDUE,
                List.of(),
                partitions,
                items,
                written,
                unchanged,
                stale,
                expired,
                Checkpoint.writeReasons(reasons.entrySet().stream()
                        .map(entry -> new ResidueCount(
                                entry.getKey().kind(), entry.getKey().constraint(), entry.getValue()))
                        .toList()),
                now.truncatedTo(ChronoUnit.MILLIS));
    }

    /** The status at the end of the scan. */
    public RunStatus atEnd() {
        return reasons.isEmpty() ? RunStatus.DONE : RunStatus.DONE_WITH_RESIDUE;
    }
}
