package io.storeway.migrate.routing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The writes of an application's instances as they saw them, and what they explain. Not thread-safe. */
final class History {

    private final List<Operation> operations = new ArrayList<>();

    /** A write; absent value for a deletion, an endless end while it runs and if nobody knows what became of it. */
    record Operation(
            String instance,
            String owner,
            String name,
            @Nullable Long value,
            long begin,
            long end) {

        private boolean of(String[] key) {
            return owner.equals(key[0]) && name.equals(key[1]);
        }
    }

    void addAll(Collection<Operation> others) {
        operations.addAll(others);
    }

    List<Operation> all() {
        return List.copyOf(operations);
    }

    Operation begin(String instance, String[] key, @Nullable Long value, long now) {
        Operation begun = new Operation(instance, key[0], key[1], value, now, Long.MAX_VALUE);
        operations.add(begun);
        return begun;
    }

    void acknowledged(Operation begun, long now) {
        operations.set(
                operations.indexOf(begun),
                new Operation(begun.instance, begun.owner, begun.name, begun.value, begun.begin, now));
    }

    /** Nothing was written. */
    void refused(Operation begun) {
        operations.remove(begun);
    }

    /** Whether some write gave the value, and none that was acknowledged began after that one was over. */
    boolean explains(String[] key, @Nullable Long found) {
        return explains(key, found, Long.MAX_VALUE - 1, later -> true);
    }

    /** As {@link #explains(String[], Long)}, where only some of the writes count that were acknowledged by a time. */
    boolean explains(String[] key, @Nullable Long found, long by, Predicate<Operation> counts) {
        List<Operation> later = operations.stream()
                .filter(each -> each.of(key) && each.end() <= by && counts.test(each))
                .toList();
        return operations.stream()
                .filter(each -> each.of(key) && Objects.equals(each.value(), found))
                .anyMatch(last -> later.stream().noneMatch(each -> each.begin() >= last.end()));
    }
}
