package io.storeway.testkit.schedule;

import java.util.ArrayList;
import java.util.List;

/** Enumerates all schedules depth-first: each run takes the next option at the last decision that has one left. */
final class DepthFirst implements Chooser {

    private record Decision(String options, int taken) {}

    private final List<Decision> path = new ArrayList<>();
    private int depth;

    @Override
    public char choose(String options, char usual) {
        if (depth == path.size()) {
            path.add(new Decision(options, 0));
        }
        Decision decision = path.get(depth);
        if (!decision.options().equals(options)) {
            throw new UnrepeatableRunException("The program does not run the same way twice: decision " + (depth + 1)
                    + " had the options " + decision.options() + " and has now " + options);
        }
        depth++;
        return options.charAt(decision.taken());
    }

    /** Prepares the next run; false if all schedules have been run. */
    boolean next() {
        depth = 0;
        while (!path.isEmpty()) {
            Decision last = path.remove(path.size() - 1);
            if (last.taken() + 1 < last.options().length()) {
                path.add(new Decision(last.options(), last.taken() + 1));
                return true;
            }
        }
        return false;
    }
}
