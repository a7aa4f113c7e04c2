package io.storeway.kv.redis;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.storeway.kv.redis.Places.Place;
import io.storeway.spi.KeyValueStore.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries, each value together with its sidecar. If these don't fit, because somebody else has written the value, both are read
 * again with the server's own expiry of the key. Entries of one slot are as they were at one moment.
 */
final class Entries {

    private final RedisLink link;

    Entries(RedisLink link) {
        this.link = link;
    }

    /** The entries that exist, by key. */
    Map<String, Entry> read(String operation, List<Place> places) {
        Map<String, Entry> found = new HashMap<>();
        if (places.isEmpty()) {
            return found;
        }
        List<KeyValue<byte[], byte[]>> values = link.read(operation, commands -> commands.mget(keys(places)));
        List<Place> foreign = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            byte[] value = values.get(2 * i).getValueOrElse(null);
            if (value == null) {
                continue;
            }
            String key = places.get(i).key();
            Entry entry =
                    Sidecar.entry(key, value, Sidecar.read(values.get(2 * i + 1).getValueOrElse(null)));
            if (entry == null) {
                foreign.add(places.get(i));
            } else {
                found.put(key, entry);
            }
        }
        if (!foreign.isEmpty()) {
            readAgain(operation, slots(places, foreign), found);
        }
        return found;
    }

    /** The places in slots with an entry that somebody else has written: all of a slot are read again at one moment. */
    private static Collection<List<Place>> slots(List<Place> places, List<Place> foreign) {
        Map<Integer, List<Place>> slots = places.stream().collect(Collectors.groupingBy(Place::slot));
        slots.keySet().retainAll(foreign.stream().map(Place::slot).collect(Collectors.toSet()));
        return slots.values();
    }

    private void readAgain(String operation, Collection<List<Place>> slots, Map<String, Entry> found) {
        List<List<Place>> groups = List.copyOf(slots);
        List<List<@Nullable Object>> answers = link.read(operation, commands -> all(groups, commands));
        for (int group = 0; group < groups.size(); group++) {
            for (int i = 0; i < groups.get(group).size(); i++) {
                String key = groups.get(group).get(i).key();
                byte[] value = (byte[]) answers.get(group).get(3 * i);
                if (value == null) {
                    found.remove(key);
                } else {
                    Sidecar sidecar = Sidecar.read((byte[]) answers.get(group).get(3 * i + 1));
                    Entry own = Sidecar.entry(key, value, sidecar);
                    byte[] expiry = (byte[]) answers.get(group).get(3 * i + 2);
                    found.put(key, own == null ? Sidecar.foreign(key, value, sidecar, instant(expiry)) : own);
                }
            }
        }
    }

    private static @Nullable Instant instant(byte @Nullable [] millis) {
        return millis == null
                ? null
                : Instant.ofEpochMilli(Long.parseLong(new String(millis, StandardCharsets.US_ASCII)));
    }

    private static CompletionStage<List<List<@Nullable Object>>> all(
            List<List<Place>> groups, RedisClusterAsyncCommands<byte[], byte[]> commands) {
        List<CompletableFuture<List<@Nullable Object>>> answers = new ArrayList<>(groups.size());
        for (List<Place> group : groups) {
            RedisFuture<List<@Nullable Object>> answer =
                    commands.evalsha(Script.READ.hash(), ScriptOutputType.MULTI, keys(group));
            answers.add(answer.toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
    }

    static byte[][] keys(List<Place> places) {
        byte[][] keys = new byte[2 * places.size()][];
        for (int i = 0; i < places.size(); i++) {
            keys[2 * i] = places.get(i).value();
            keys[2 * i + 1] = places.get(i).sidecar();
        }
        return keys;
    }
}
