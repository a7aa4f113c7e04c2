package io.storeway.migrate.repair;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.migrate.internal.CarriedFields;
import io.storeway.migrate.internal.Convergence;
import io.storeway.migrate.internal.Scan;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Outcome;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies the partitions of which the target has residue from the source once more, for instance after the source was corrected or a
 * rule was dropped. Parents come before children. A partition that is newer at the target, or gone from the source, stays as it is.
 * May run beside a backfill. Thread-safe.
 */
public final class ResidueRetry {

    private static final int PAGE = 1_000;

    private final Storage source;
    private final Storage target;
    private final Clock clock;

    private ResidueRetry(Storage source, Storage target, Clock clock) {
        this.source = source;
        this.target = target;
        this.clock = clock;
    }

    /**
     * A retry.
     *
     * @param clock judges expiry
     */
    public static ResidueRetry between(Storage source, Storage target, Clock clock) {
        return new ResidueRetry(source, target, clock);
    }

    /**
     * What became of the residue of an entity type.
     *
     * @param entity its name
     * @param before items that were residue
     * @param after items that are residue now, in the partitions that were copied
     * @param skipped partitions with residue that were left as they are
     */
    public record Result(String entity, long before, long after, long skipped) {}

    /**
     * Copies the partitions once more.
     *
     * @return one result for each entity type that has residue
     * @throws io.storeway.error.StorageException if one of the storages fails; the retry may be made again
     */
    public List<Result> run() {
        Instant now = clock.instant();
        Convergence convergence = new Convergence(target, type -> CarriedFields.of(type, source, target));
        List<Result> results = new ArrayList<>();
        for (EntityType<?> type : source.catalog().types()) {
            Result result = run(new PartitionPair(type, source, target, now), convergence);
            if (result.before() > 0) {
                results.add(result);
            }
        }
        return results;
    }

    private static Result run(PartitionPair pair, Convergence convergence) {
        List<Result> pages = new ArrayList<>();
        Scan.pages(pair.target(), pair.type(), PAGE, page -> {
            List<PartitionState> withResidue =
                    page.stream().filter(state -> !state.residue().isEmpty()).toList();
            if (!withResidue.isEmpty()) {
                pages.add(retry(pair, convergence, withResidue));
            }
        });
        return new Result(
                pair.type().name(),
                pages.stream().mapToLong(Result::before).sum(),
                pages.stream().mapToLong(Result::after).sum(),
                pages.stream().mapToLong(Result::skipped).sum());
    }

    private static Result retry(PartitionPair pair, Convergence convergence, List<PartitionState> before) {
        List<Key> keys = before.stream().map(PartitionState::key).toList();
        List<PartitionState> wanted =
                pair.wanted(keys).stream().filter(state -> !pair.empty(state)).toList();
        List<Convergence.Result> results = wanted.isEmpty()
                ? List.of()
                : pair.target().transact(unit -> convergence.apply(unit, pair.type(), wanted));
        long stale = results.stream()
                .filter(result -> result.outcome() == Outcome.STALE)
                .count();
        long after = results.stream()
                .filter(result -> result.outcome() != Outcome.STALE)
                .mapToLong(result -> result.state().residue().size())
                .sum();
        return new Result(
                pair.type().name(),
                before.stream().mapToLong(state -> state.residue().size()).sum(),
                after,
                before.size() - wanted.size() + stale);
    }
}
