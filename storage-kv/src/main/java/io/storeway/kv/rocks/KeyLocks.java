package io.storeway.kv.rocks;

import java.util.BitSet;
import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Locks for keys, a fixed number of them, taken in one order, so that no two threads wait for each other. */
final class KeyLocks {

    private static final int STRIPES = 256;

    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    KeyLocks() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    /** Does the work while nobody else works with one of the keys. */
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
