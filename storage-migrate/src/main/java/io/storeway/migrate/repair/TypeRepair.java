package io.storeway.migrate.repair;

import io.storeway.Key;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.migrate.Difference;
import io.storeway.migrate.internal.Convergence;
import io.storeway.migrate.internal.Scan;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The repair of one entity type. Not thread-safe. */
final class TypeRepair {

    private static final int EXAMPLES = 100;

    private final PartitionPair pair;
    private final Convergence convergence;
    private final Set<Difference.Kind> kinds;
    private final int page;
    private final Map<Difference.Kind, Long> found = new EnumMap<>(Difference.Kind.class);
    private final List<Key> refused = new ArrayList<>();
    private long repaired;
    private long left;
    private long failed;
    private final List<Difference> examples = new ArrayList<>();
    private final List<RepairReport.Failure> failures = new ArrayList<>();

    TypeRepair(PartitionPair pair, Convergence convergence, Set<Difference.Kind> kinds, int page) {
        this.pair = pair;
        this.convergence = convergence;
        this.kinds = kinds;
        this.page = page;
    }

    /** Deletes the partitions that only the target has. */
    void partitionsOfTheTargetAlone() {
        pages(pair.target(), keys -> {
            List<PartitionState> gone =
                    pair.wanted(keys).stream().filter(pair::empty).toList();
            settle(gone);
        });
    }

    /** Repairs the partitions that the source has. */
    void partitionsOfTheSource() {
        pages(pair.source(), keys -> {
            List<PartitionState> there = pair.wanted(keys).stream()
                    .filter(state -> !pair.empty(state))
                    .toList();
            settle(there);
        });
        if (pair.type().references().stream().anyMatch(reference -> reference.target() == pair.type())) {
            letInMore();
        }
    }

    /** In a type that refers to itself, a record may have been refused because the one it refers to came later; tries such again. */
    private void letInMore() {
        List<Key> open = List.of();
        while (!refused.isEmpty() && (open.isEmpty() || refused.size() < open.size())) {
            open = List.copyOf(refused);
            refused.clear();
            for (int from = 0; from < open.size(); from += page) {
                apply(pair.wanted(open.subList(from, Math.min(open.size(), from + page))));
            }
        }
    }

    private void pages(ReplicaStore side, Consumer<List<Key>> work) {
        Scan.pages(
                side,
                pair.type(),
                page,
                states -> work.accept(states.stream().map(PartitionState::key).toList()));
    }

    private void settle(List<PartitionState> wanted) {
        List<PartitionState> present = present(wanted);
        List<PartitionState> mended = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            List<Difference> differences = pair.differences(wanted.get(i), present.get(i));
            differences.forEach(this::count);
            if (!differences.isEmpty()) {
                if (differences.stream()
                        .allMatch(difference -> kinds.contains(difference.kind().mendedAs()))) {
                    mended.add(wanted.get(i));
                } else {
                    left++;
                }
            }
        }
        List<PartitionState> applied = apply(mended);
        List<PartitionState> again =
                pair.wanted(applied.stream().map(PartitionState::key).toList());
        List<PartitionState> after = present(applied);
        for (int i = 0; i < applied.size(); i++) {
            if (pair.differences(again.get(i), after.get(i)).isEmpty()) {
                repaired++;
            } else {
                fail(applied.get(i), "it still differs; is somebody writing?");
            }
        }
    }

    private List<PartitionState> present(List<PartitionState> states) {
        return pair.present(states.stream().map(PartitionState::key).toList());
    }

    private void count(Difference difference) {
        found.merge(difference.kind().mendedAs(), 1L, Long::sum);
        if (examples.size() < EXAMPLES) {
            examples.add(difference);
        }
    }

    /** Applies the states and returns those that the target took. */
    private List<PartitionState> apply(List<PartitionState> states) {
        if (states.isEmpty()) {
            return states;
        }
        try {
            refused.addAll(pair.target().transact(unit -> apply(unit, states)));
            return states;
        } catch (ConstraintViolationException | InvalidValueException e) {
            return states.size() == 1 ? refused(states.get(0), e) : oneByOne(states);
        }
    }

    private List<PartitionState> oneByOne(List<PartitionState> states) {
        List<PartitionState> taken = new ArrayList<>();
        states.forEach(state -> taken.addAll(apply(List.of(state))));
        return taken;
    }

    private List<PartitionState> refused(PartitionState state, StorageException e) {
        fail(state, String.valueOf(e.getMessage()));
        return List.of();
    }

    private void fail(PartitionState state, String reason) {
        failed++;
        if (failures.size() < EXAMPLES) {
            failures.add(new RepairReport.Failure(pair.text(state), reason));
        }
    }

    /** Applies the states, each with a version above the target's. Returns the partitions of which items were refused. */
    private List<Key> apply(ReplicaUnit unit, List<PartitionState> states) {
        List<Convergence.Result> results = new ArrayList<>(convergence.apply(unit, pair.type(), states));
        List<PartitionState> older = results.stream()
                .filter(result -> result.outcome() == Outcome.STALE)
                .map(Convergence.Result::state)
                .toList();
        if (!older.isEmpty()) {
            List<PartitionState> advanced = unit.advance(
                    pair.type(), older.stream().map(PartitionState::key).toList(), 0);
            List<PartitionState> raised = new ArrayList<>();
            for (int i = 0; i < older.size(); i++) {
                PartitionState state = older.get(i);
                raised.add(new PartitionState(state.key(), advanced.get(i).version(), state.items(), state.residue()));
            }
            results.addAll(convergence.apply(unit, pair.type(), raised));
        }
        return results.stream()
                .map(Convergence.Result::state)
                .filter(state -> !state.residue().isEmpty())
                .map(PartitionState::key)
                .distinct()
                .toList();
    }

    RepairReport.Entity result() {
        return new RepairReport.Entity(
                pair.type().name(),
                found.getOrDefault(Difference.Kind.MISSING, 0L),
                found.getOrDefault(Difference.Kind.EXTRA, 0L),
                found.getOrDefault(Difference.Kind.VALUE, 0L),
                repaired,
                left,
                failed,
                examples,
                failures);
    }
}
