package io.storeway.testkit.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One step of a stateful law. It refers to records by numbers, so that it fits every entity type and has a form as text: {@code
 * SAVE_ALL(0.1.5,2.0.7)}.
 *
 * @param kind the operation
 * @param picks the records for it; where one key or partition is needed, it is that of the first
 */
record Command(Kind kind, List<Pick> picks) {

    private static final Pattern TEXT = Pattern.compile("([A-Z_]+)\\((\\d+\\.\\d+\\.\\d+(?:,\\d+\\.\\d+\\.\\d+)*)\\)");

    /** The operations. */
    enum Kind {
        INSERT,
        INSERT_ALL,
        UPDATE,
        SAVE,
        SAVE_ALL,
        DELETE,
        FIND_ALL,
        REPLACE,
        CLEAR,
        LIST,
        COUNT
    }

    /** A record: its owner, name and content by number. */
    record Pick(int owner, int name, int content) {

        @Override
        public String toString() {
            return owner + "." + name + "." + content;
        }
    }

    /** Parses commands that are separated by spaces. */
    static List<Command> parse(String text) {
        List<Command> commands = new ArrayList<>();
        for (String part : text.strip().split(" +", -1)) {
            Matcher matcher = TEXT.matcher(part);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("Not a command: " + part + "; write for example SAVE(0.1.5)");
            }
            List<Pick> picks = new ArrayList<>();
            for (String pick : matcher.group(2).split(",", -1)) {
                String[] numbers = pick.split("\\.", -1);
                int owner = Integer.parseInt(numbers[0]);
                int name = Integer.parseInt(numbers[1]);
                if (owner >= Shape.OWNERS || name >= Shape.NAME_COUNT) {
                    throw new IllegalArgumentException("No record: " + pick + "; there are " + Shape.OWNERS
                            + " owners and " + Shape.NAME_COUNT + " names, numbered from 0");
                }
                picks.add(new Pick(owner, name, Integer.parseInt(numbers[2])));
            }
            commands.add(new Command(Kind.valueOf(matcher.group(1)), picks));
        }
        return commands;
    }

    static String text(List<Command> commands) {
        return commands.stream().map(Command::toString).collect(Collectors.joining(" "));
    }

    @Override
    public String toString() {
        return kind + picks.stream().map(Pick::toString).collect(Collectors.joining(",", "(", ")"));
    }
}
