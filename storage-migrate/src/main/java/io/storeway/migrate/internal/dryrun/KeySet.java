package io.storeway.migrate.internal.dryrun;

import io.storeway.Key;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A set of keys that only keeps 64 bits of hash for each, about 12 bytes. Among ten million keys, the chance that any two are taken
 * for one is three in a million. Not thread-safe.
 */
final class KeySet {

    private static final int FEWEST = 1 << 10;

    private long[] slots = new long[FEWEST];
    private int size;

    /** Adds a key and says whether it is new. */
    boolean add(Key key) {
        if (size * 3L > slots.length * 2L) {
            long[] old = slots;
            slots = new long[old.length * 2];
            Arrays.stream(old).filter(hash -> hash != 0).forEach(hash -> slots[slot(hash)] = hash);
        }
        long hash = hash(key);
        int slot = slot(hash);
        boolean isNew = slots[slot] == 0;
        slots[slot] = hash;
        size += isNew ? 1 : 0;
        return isNew;
    }

    boolean contains(Key key) {
        return slots[slot(hash(key))] != 0;
    }

    /** The index of the hash, or of the free slot where it belongs. */
    private int slot(long hash) {
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (slots[slot] != 0 && slots[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static long hash(Key key) {
        long hash = 0xcbf29ce484222325L;
        for (Object value : key.values()) {
            for (byte b : String.valueOf(value).getBytes(StandardCharsets.UTF_8)) {
                hash = (hash ^ b) * 0x100000001b3L;
            }
            hash = (hash ^ 0xff) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        hash ^= hash >>> 31;
        return hash == 0 ? 1 : hash;
    }
}
