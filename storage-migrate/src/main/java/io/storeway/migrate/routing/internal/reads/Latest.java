package io.storeway.migrate.routing.internal.reads;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The latest of many things, 100 at most. Thread-safe. */
public final class Latest<T> {

    private static final int KEPT = 100;

    private final Deque<T> kept = new ArrayDeque<>();

    public synchronized void add(T thing) {
        if (kept.size() == KEPT) {
            kept.removeFirst();
        }
        kept.addLast(thing);
    }

    /** Those that are kept, the oldest first. */
    public synchronized List<T> all() {
        return List.copyOf(kept);
    }
}
