package io.storeway.kv.redis;

import io.lettuce.core.KeyValue;
import io.lettuce.core.ScriptOutputType;
import io.storeway.error.VersionConflictException;
import io.storeway.kv.redis.Places.Place;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Removes expired entries, which it finds by a walk through all sidecars. */
final class Purge {

    private static final int BATCH = 500;

    private final RedisStore store;
    private final RedisLink link;
    private final Places places;

    Purge(RedisStore store, RedisLink link, Places places) {
        this.store = store;
        this.link = link;
        this.places = places;
    }

    long run(Instant now) {
        Set<String> due = new LinkedHashSet<>();
        List<Place> batch = new ArrayList<>();
        new KeyWalk(link).forEach("purge", places.sidecars(), () -> {}, sidecar -> {
            String key = places.keyOfSidecar(sidecar);
            if (key != null) {
                batch.add(places.of(key));
            }
            if (batch.size() == BATCH) {
                due.addAll(due(batch, now));
                batch.clear();
            }
        });
        due.addAll(due(batch, now));
        List<String> keys = List.copyOf(due);
        long purged = 0;
        for (int from = 0; from < keys.size(); from += BATCH) {
            for (Entry entry : store.getAll(keys.subList(from, Math.min(from + BATCH, keys.size())))) {
                if (entry != null && past(entry.expiresAt(), now) && deleted(entry)) {
                    purged++;
                }
            }
        }
        return purged;
    }

    /** The keys that have expired according to their sidecars. Lets the server drop sidecars whose values others have deleted. */
    private List<String> due(List<Place> batch, Instant now) {
        if (batch.isEmpty()) {
            return List.of();
        }
        byte[][] sidecars = batch.stream().map(Place::sidecar).toArray(byte[][]::new);
        List<KeyValue<byte[], byte[]>> found = link.read("purge", commands -> commands.mget(sidecars));
        List<String> due = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            Sidecar sidecar = Sidecar.read(found.get(i).getValueOrElse(null));
            if (sidecar != null && past(sidecar.expiresAt(), now)) {
                due.add(batch.get(i).key());
            }
        }
        for (List<Place> slot :
                batch.stream().collect(Collectors.groupingBy(Place::slot)).values()) {
            link.<Long>read(
                    "purge",
                    commands -> commands.evalsha(
                            Script.SWEEP.hash(), ScriptOutputType.INTEGER, Entries.keys(slot), new byte[0][]));
        }
        return due;
    }

    private static boolean past(@Nullable Instant expiresAt, Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    /** Deletes the entry unless it was written since it was read. */
    private boolean deleted(Entry entry) {
        try {
            store.commit(List.of(new Expectation(entry.key(), entry.version())), List.of(Write.delete(entry.key())));
            return true;
        } catch (VersionConflictException writtenSince) {
            return false;
        }
    }
}
