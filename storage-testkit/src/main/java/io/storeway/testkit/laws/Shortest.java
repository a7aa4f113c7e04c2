package io.storeway.testkit.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Shortens failing lists of commands. */
final class Shortest {

    private Shortest() {}

    /**
     * A shorter list that also fails, and from which nothing can be left out.
     *
     * @param smaller the simpler forms of a command, to be tried in its place
     */
    static <C> List<C> of(List<C> failing, Function<C, List<C>> smaller, Predicate<List<C>> fails) {
        List<C> best = failing;
        for (int size = Math.max(1, best.size() / 2); size > 0; size /= 2) {
            for (int from = 0; from + size <= best.size(); ) {
                List<C> shorter = new ArrayList<>(best);
                shorter.subList(from, from + size).clear();
                if (fails.test(shorter)) {
                    best = shorter;
                } else {
                    from += size;
                }
            }
        }
        for (int i = 0; i < best.size(); i++) {
            best = smallerAt(i, best, smaller, fails);
        }
        return best;
    }

    private static <C> List<C> smallerAt(
            int i, List<C> failing, Function<C, List<C>> smaller, Predicate<List<C>> fails) {
        for (C command : smaller.apply(failing.get(i))) {
            List<C> shorter = new ArrayList<>(failing);
            shorter.set(i, command);
            if (fails.test(shorter)) {
                return smallerAt(i, shorter, smaller, fails);
            }
        }
        return failing;
    }

    /** The lists that lack one of the items; none where there is only one. */
    static <P> List<List<P>> withoutOne(List<P> items) {
        List<List<P>> lists = new ArrayList<>();
        for (int left = items.size() - 1; left >= 0 && items.size() > 1; left--) {
            List<P> fewer = new ArrayList<>(items);
            fewer.remove(left);
            lists.add(fewer);
        }
        return lists;
    }
}
