package io.storeway.testkit.history;

import io.storeway.testkit.history.Operation.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a history is linearizable, with each key as a register: that the operations on a key can be put into an order in which
 * each one takes effect between its begin and its end and every answer is right. An operation with an unknown outcome may take
 * effect at any time after its begin, or never. The search is the algorithm of Wing and Gong with a memory of visited states.
 *
 * <p>The search grows with the number of operations that overlap. Use about 100 operations and at most 5 unknown outcomes for
 * each key; after two million states the check gives up, which counts as a failure.
 */
public final class Linearizability {

    private static final long MAX_STATES = 2_000_000;

    private Linearizability() {}

    /**
     * Checks a history in which every key began without a value.
     *
     * @throws AssertionError if a key has no such order, naming its operations, or if the check gave up
     */
    public static void check(List<Operation> history) {
        check(history, Map.of());
    }

    /**
     * As {@link #check(List)} with the values that keys began with.
     *
     * @throws AssertionError if a key has no such order, naming its operations, or if the check gave up
     */
    public static void check(List<Operation> history, Map<String, Object> initial) {
        Map<String, List<Operation>> byKey =
                history.stream().collect(Collectors.groupingBy(Operation::key, TreeMap::new, Collectors.toList()));
        byKey.forEach((key, operations) -> {
            if (!new Search(operations).linearizable(initial.get(key))) {
                throw new AssertionError("No order of these operations explains the answers:%n%s"
                        .formatted(shortest(operations, initial.get(key)).stream()
                                .map(operation -> "  " + operation)
                                .collect(Collectors.joining(System.lineSeparator()))));
            }
        });
    }

    /** Leaves out operations that the contradiction doesn't need. Writes whose values others have seen stay. */
    private static List<Operation> shortest(List<Operation> operations, @Nullable Object initial) {
        List<Operation> best = new ArrayList<>(operations);
        best.sort(Comparator.comparingLong(Operation::invoked));
        for (int i = best.size() - 1; i >= 0; i--) {
            Operation candidate = best.get(i);
            boolean observed = candidate.kind() != Kind.READ
                    && best.stream().anyMatch(other -> !other.equals(candidate) && sees(other, candidate.value()));
            List<Operation> fewer = new ArrayList<>(best);
            fewer.remove(i);
            if (!observed && !new Search(fewer).linearizable(initial)) {
                best = fewer;
            }
        }
        return best;
    }

    private static boolean sees(Operation other, @Nullable Object value) {
        return switch (other.kind()) {
            case READ -> Objects.equals(other.value(), value);
            case COMPARE_AND_SET -> Objects.equals(other.expected(), value);
            case WRITE, COMPARE_FAILED -> false;
        };
    }

    /** The operations that have taken effect, and the value after them. */
    private record State(BitSet done, @Nullable Object value) {}

    private static final class Search {
        private final List<Operation> operations;
        private final Set<State> visited = new HashSet<>();

        Search(List<Operation> operations) {
            this.operations = operations.stream()
                    .sorted(Comparator.comparingLong(Operation::invoked))
                    .toList();
        }

        boolean linearizable(@Nullable Object initial) {
            List<State> open = new ArrayList<>(List.of(new State(new BitSet(), initial)));
            while (!open.isEmpty()) {
                State state = open.remove(open.size() - 1);
                if (complete(state.done())) {
                    return true;
                }
                if (!visited.add(state)) {
                    continue;
                }
                if (visited.size() > MAX_STATES) {
                    throw new AssertionError("Undecided after " + MAX_STATES
                            + " states: record fewer operations, or fewer unknown outcomes, for each key");
                }
                successors(state, open);
            }
            return false;
        }

        private boolean complete(BitSet done) {
            for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
                if (operations.get(i).known()) {
                    return false;
                }
            }
            return true;
        }

        /** Adds the states that may follow: by each operation that began before any other remaining one ended. */
        private void successors(State state, List<State> open) {
            long firstEnd = Operation.NEVER;
            BitSet done = state.done();
            for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
                firstEnd = Math.min(firstEnd, operations.get(i).returned());
            }
            for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
                Operation next = operations.get(i);
                if (next.invoked() > firstEnd) {
                    return;
                }
                if (possible(next, state.value())) {
                    BitSet more = (BitSet) done.clone();
                    more.set(i);
                    open.add(new State(more, writes(next) ? next.value() : state.value()));
                }
            }
        }

        private static boolean possible(Operation next, @Nullable Object value) {
            return switch (next.kind()) {
                case WRITE -> true;
                case READ -> Objects.equals(next.value(), value);
                case COMPARE_AND_SET -> Objects.equals(next.expected(), value);
                case COMPARE_FAILED -> !Objects.equals(next.expected(), value);
            };
        }

        private static boolean writes(Operation operation) {
            return operation.kind() == Kind.WRITE || operation.kind() == Kind.COMPARE_AND_SET;
        }
    }
}
