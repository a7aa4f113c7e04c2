package io.storeway.kv.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.storeway.EntityType;
import io.storeway.Key;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The partitions of all types that are kept in the memory of the process, preferring those that are read most. One whose time has ended
 * is removed when others need its room.
 */
final class NearCache implements InvalidationChannel.Listener {

    private final Cache<NearPartition, NearPartition> cache;
    private final Map<EntryKeys, NearPartitions> types = new LinkedHashMap<>();
    private final Clock clock;
    private final long timeToLive;

    NearCache(int maxPartitions, Duration timeToLive, Clock clock, Counters counters) {
        this.clock = clock;
        this.timeToLive = timeToLive.toMillis();
        this.cache = Caffeine.newBuilder()
                .maximumSize(maxPartitions)
                .executor(Runnable::run)
                .evictionListener((place, kept, cause) -> {
                    if (cause == RemovalCause.SIZE) {
                        counters.evictions.increment();
                    }
                })
                .build();
    }

    /** Adds a type. All types are added before anything else is called. */
    NearPartitions add(EntityType<?> type, EntryKeys keys) {
        NearPartitions partitions = new NearPartitions(type, cache, timeToLive, clock);
        types.put(keys, partitions);
        return partitions;
    }

    @Override
    public void changed(String entry) {
        types.forEach((keys, partitions) -> {
            Key partition = keys.partitionOf(entry);
            if (partition != null) {
                partitions.forget(partition);
            } else if (entry.equals(keys.generation())) {
                partitions.forgetAll();
            }
        });
    }

    @Override
    public void missed() {
        types.values().forEach(NearPartitions::forgetAll);
        cache.invalidateAll();
    }
}
