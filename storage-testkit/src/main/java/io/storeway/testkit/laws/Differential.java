package io.storeway.testkit.laws;

import io.storeway.Storage;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.StorageFixture;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives the same random commands to two storages and compares their answers: a storage before and after a change, or yours and one
 * that is known to be right. The types and commands are those of the stateful laws.
 */
public final class Differential {

    private static final List<Shape<?>> SHAPES = List.of(Shape.SINGLES, Shape.ITEMS, Shape.MEMBERS);

    private final StorageFixture one;
    private final StorageFixture other;

    private Differential(StorageFixture one, StorageFixture other) {
        this.one = one;
        this.other = other;
    }

    /** Compares the storages of two fixtures. */
    public static Differential between(StorageFixture one, StorageFixture other) {
        return new Differential(one, other);
    }

    /**
     * Runs lists of 1 to 30 commands for each shape of entity type: object, array, and set in one key.
     *
     * @return how many commands were answered alike
     * @throws AssertionError if two answers differ, with the shortest list of commands found that shows it
     */
    public long run(long seed, int lists) {
        long commands = 0;
        for (Shape<?> shape : SHAPES) {
            for (int list = 0; list < lists; list++) {
                commands += compare(shape, seed + list);
            }
        }
        return commands;
    }

    private <T> int compare(Shape<T> shape, long seed) {
        List<Command> commands = CommandLists.random(seed);
        Mismatch difference = difference(shape, commands);
        if (difference != null) {
            List<Command> shortest = CommandLists.shortest(commands, shorter -> difference(shape, shorter) != null);
            Mismatch shown = Objects.requireNonNullElse(difference(shape, shortest), difference);
            throw shown.failure("after %d commands (run(%dL, 1) repeats it):%n%s"
                    .formatted(
                            shortest.size(),
                            seed,
                            shortest.stream()
                                    .map(command -> command.kind() + " " + shape.items(command))
                                    .collect(Collectors.joining(System.lineSeparator()))));
        }
        return commands.size();
    }

    private <T> @Nullable Mismatch difference(Shape<T> shape, List<Command> commands) {
        ManualClock clock = new ManualClock(LawTypes.NOW);
        try (Storage left = one.open(LawTypes.CATALOG, clock);
                Storage right = other.open(LawTypes.CATALOG, clock)) {
            Interpreter<T> first = new Interpreter<>(shape, left);
            Interpreter<T> second = new Interpreter<>(shape, right);
            for (Command command : commands) {
                Storage asked = left;
                try {
                    String expected = first.answer(command);
                    asked = right;
                    String actual = second.answer(command);
                    if (!expected.equals(actual)) {
                        return new Mismatch(
                                "%s: %s answered %s, %s answered %s"
                                        .formatted(command.kind(), left.name(), expected, right.name(), actual),
                                null);
                    }
                } catch (RuntimeException e) {
                    return new Mismatch("%s: %s threw %s".formatted(command.kind(), asked.name(), e), e);
                }
            }
            return null;
        }
    }
}
