package io.storeway.migrate.routing.internal.membership;

import io.storeway.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;

/**
 * Which routing keys are read from the new storage. A hash, the same on every machine and different for each migration, puts a
 * key into one of 1,024 slots. A share consists of the first slots, so a larger share contains every smaller one.
 *
 * @param percent the share, from 0 to 100
 * @param included keys that are read there whatever the share
 * @param excluded keys that are never read there, even if they are included
 */
record Cohorts(String migration, int percent, Set<String> included, Set<String> excluded) {

    static final int SLOTS = 1_024;

    boolean readsNew(String routingKey) {
        if (excluded.contains(routingKey)) {
            return false;
        }
        return percent >= 100
                || included.contains(routingKey)
                || (percent > 0 && slot(migration, routingKey) < (percent * SLOTS + 99) / 100);
    }

    boolean everything() {
        return percent >= 100 && excluded.isEmpty();
    }

    static int slot(String migration, String routingKey) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(migration.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
        byte[] hash = sha256.digest(routingKey.getBytes(StandardCharsets.UTF_8));
        return (hash[0] & 0xff) << 2 | (hash[1] & 0xff) >>> 6;
    }
}
