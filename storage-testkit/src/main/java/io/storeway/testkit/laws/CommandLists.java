package io.storeway.testkit.laws;

import io.storeway.testkit.laws.Command.Kind;
import io.storeway.testkit.laws.Command.Pick;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Generates lists of commands from seeds, and shortens failing ones. */
final class CommandLists {

    private static final int MAX_COMMANDS = 30;

    private CommandLists() {}

    /** A list of 1 to 30 commands. */
    static List<Command> random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Kind[] kinds = Kind.values();
        return Stream.generate(() -> command(kinds[random.nextInt(kinds.length)], random))
                .limit(random.nextInt(1, MAX_COMMANDS + 1))
                .toList();
    }

    private static Command command(Kind kind, SplittableRandom random) {
        int count = switch (kind) {
            case INSERT_ALL, SAVE_ALL, FIND_ALL, REPLACE -> random.nextInt(1, 5);
            default -> 1;
        };
        int owner = random.nextInt(Shape.OWNERS);
        List<Pick> picks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int pickOwner = kind == Kind.REPLACE ? owner : random.nextInt(Shape.OWNERS);
            picks.add(new Pick(pickOwner, random.nextInt(Shape.NAME_COUNT), random.nextInt(100)));
        }
        return new Command(kind, picks);
    }

    /** A shorter list that also fails, and from which neither a command nor a record of one can be left out. */
    static List<Command> shortest(List<Command> failing, Predicate<List<Command>> fails) {
        return Shortest.of(failing, CommandLists::fewerPicks, fails);
    }

    private static List<Command> fewerPicks(Command command) {
        return Shortest.withoutOne(command.picks()).stream()
                .map(picks -> new Command(command.kind(), picks))
                .toList();
    }
}
