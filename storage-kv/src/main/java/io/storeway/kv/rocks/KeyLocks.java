package io.storeway.kv.rocks;

import java.util.BitSet;
import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A fixed number of locks for keys. They are always taken in the same order, so that there is no deadlock. */
final class KeyLocks {

    private static final int STRIPES = 256;

    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    KeyLocks() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    /** Does work while no other thread works with any of the keys. */
    <R> R with(Collection<String> keys, Supplier<R> work) {
        BitSet wanted = new BitSet(STRIPES);
        for (String key : keys) {
            int hash = key.hashCode();
            wanted.set((hash ^ hash >>> 16) & STRIPES - 1);
        }
        wanted.stream().forEach(stripe -> stripes[stripe].lock());
        try {
            return work.get();
        } finally {
            wanted.stream().forEach(stripe -> stripes[stripe].unlock());
        }
    }
}
