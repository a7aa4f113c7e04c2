package io.storeway.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.testkit.history.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {

    private static Operation read(@Nullable Object value, long from, long to) {
        return new Operation("k", Kind.READ, null, value, from, to);
    }

    private static Operation write(@Nullable Object value, long from, long to) {
        return new Operation("k", Kind.WRITE, null, value, from, to);
    }

    private static Operation set(@Nullable Object expected, Object value, long from, long to) {
        return new Operation("k", Kind.COMPARE_AND_SET, expected, value, from, to);
    }

    private static void holds(Operation... history) {
        assertThatCode(() -> Linearizability.check(List.of(history))).doesNotThrowAnyException();
    }

    private static void broken(Operation... history) {
        assertThatThrownBy(() -> Linearizability.check(List.of(history)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("No order");
    }

    @Test
    void readsSeeTheLastWrite() {
        holds(write("a", 1, 2), read("a", 3, 4), write(null, 5, 6), read(null, 7, 8));
        broken(write("a", 1, 2), read(null, 3, 4));
        broken(write("a", 1, 2), write("b", 3, 4), read("a", 5, 6));
    }

    @Test
    void overlappingOperationsTakeEffectInAnyOrder() {
        holds(write("a", 1, 10), write("b", 2, 9), read("a", 11, 12));
        holds(write("a", 1, 10), write("b", 2, 9), read("b", 11, 12));
        holds(write("a", 1, 10), read(null, 2, 3), read("a", 4, 5));
        broken(write("a", 1, 10), read("a", 2, 3), read(null, 4, 5));
    }

    @Test
    void anUnknownOutcomeMayHappenLateOrNever() {
        holds(write("a", 1, Operation.NEVER), read(null, 2, 3), read("a", 4, 5), read("a", 6, 7));
        holds(write("a", 1, Operation.NEVER), read(null, 2, 3));
        broken(write("a", 1, Operation.NEVER), read("a", 2, 3), read(null, 4, 5));
        broken(read("a", 1, 2), write("a", 3, Operation.NEVER));
    }

    @Test
    void twoWritersCannotBothReplaceTheSameValue() {
        holds(set(null, "a", 1, 4), set("a", "b", 2, 5), read("b", 6, 7));
        broken(set(null, "a", 1, 4), set(null, "b", 2, 5));
        holds(set(null, "a", 1, 4), new Operation("k", Kind.COMPARE_FAILED, null, "b", 2, 5));
        broken(new Operation("k", Kind.COMPARE_FAILED, null, "b", 2, 5));
    }

    @Test
    void keysAreCheckedEachForItself() {
        Operation other = new Operation("other", Kind.READ, null, "x", 3, 4);
        assertThatThrownBy(() -> Linearizability.check(List.of(write("x", 1, 2), other)))
                .hasMessageContaining("read x [3, 4]");
        assertThatCode(() -> Linearizability.check(List.of(other), Map.of("other", "x")))
                .doesNotThrowAnyException();
    }

    @Test
    void theContradictionIsShownWithoutWhatItDoesNotNeed() {
        List<Operation> history = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            history.add(write("v" + i, 4 * i + 1, 4 * i + 2));
            history.add(read("v" + (i == 20 ? 18 : i), 4 * i + 3, 4 * i + 4));
        }
        assertThatThrownBy(() -> Linearizability.check(history))
                .satisfies(error -> assertThat(
                                String.valueOf(error.getMessage()).lines().count())
                        .isLessThanOrEqualTo(4));
    }

    /** A register that is right, observed by clients whose calls overlap by chance, is never called wrong; a stale read is. */
    @Test
    void tenThousandOperationsAreDecided() {
        List<Operation> history = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int key = 0; key < 100; key++) {
            Object value = null;
            for (int i = 0; i < 100; i++) {
                long at = 100L * i;
                boolean writes = random.nextBoolean();
                Object written = key + "-" + i;
                value = writes ? written : value;
                boolean unknown = writes && i % 25 == 24;
                history.add(new Operation(
                        "k" + key,
                        writes ? Kind.WRITE : Kind.READ,
                        null,
                        value,
                        at - random.nextInt(150),
                        unknown ? Operation.NEVER : at + random.nextInt(150)));
            }
        }
        assertThatCode(() -> Linearizability.check(history)).doesNotThrowAnyException();
        history.add(new Operation("k50", Kind.READ, null, "50-0", 20_000, 20_001));
        assertThatThrownBy(() -> Linearizability.check(history)).isInstanceOf(AssertionError.class);
    }

    @Test
    void historyKeepsUnknownOutcomesAndForgetsFailures() throws Exception {
        History history = new History();
        history.write("k", "a", () -> 1);
        assertThatThrownBy(() -> history.write("k", "b", () -> {
                    throw new UnknownOutcomeException("cut", ErrorContext.of("write"), null);
                }))
                .isInstanceOf(UnknownOutcomeException.class);
        assertThatThrownBy(() -> history.write("k", "c", () -> {
                    throw new StorageUnavailableException("down", ErrorContext.of("write"), null);
                }))
                .isInstanceOf(StorageUnavailableException.class);
        assertThat(history.<String>read("k", () -> "b")).isEqualTo("b");
        assertThat(history.compareAndSet("k", "a", "d", () -> false)).isFalse();
        assertThat(history.operations())
                .extracting(Operation::kind)
                .containsExactly(Kind.WRITE, Kind.WRITE, Kind.READ, Kind.COMPARE_FAILED);
        Linearizability.check(history.operations());
    }
}
