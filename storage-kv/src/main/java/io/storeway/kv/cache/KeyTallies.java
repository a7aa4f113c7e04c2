package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.kv.internal.Periodic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the reads of each partition, and regularly adds the counts to those in a storage. While that storage is down the counts wait;
 * those of keys beyond a bound are lost.
 */
final class KeyTallies implements AutoCloseable {

    private static final int MOST_KEYS = 10_000;
    private static final int BATCH = 100;

    private final Storage storage;
    private final Clock clock;
    private final LongAdder uncounted;
    private final ConcurrentHashMap<Asked, Tally> waiting = new ConcurrentHashMap<>();
    private final Periodic writer;

    KeyTallies(Storage storage, Duration pause, Clock clock, LongAdder uncounted) {
        this.storage = storage;
        this.clock = clock;
        this.uncounted = uncounted;
        this.writer = new Periodic("storeway-cache-statistics", pause, this::write);
    }

    private record Asked(EntityType<?> type, Key partition) {}

    private record Tally(long hits, long misses, long last) {
        Tally plus(Tally more) {
            return new Tally(hits + more.hits, misses + more.misses, Math.max(last, more.last));
        }

        KeyStatistics of(Asked asked) {
            String key = asked.partition().text(asked.type().partitionKey());
            return new KeyStatistics(asked.type().name(), key, hits, misses, Instant.ofEpochMilli(last));
        }

        long reads() {
            return hits + misses;
        }
    }

    void hit(EntityType<?> type, Key partition) {
        keep(new Asked(type, partition), new Tally(1, 0, clock.millis()));
    }

    void miss(EntityType<?> type, Key partition) {
        keep(new Asked(type, partition), new Tally(0, 1, clock.millis()));
    }

    private void keep(Asked asked, Tally tally) {
        if (waiting.size() >= MOST_KEYS && !waiting.containsKey(asked)) {
            uncounted.add(tally.reads());
        } else {
            waiting.merge(asked, tally, Tally::plus);
        }
    }

    /** Writes what was counted so far. Returns whether all of it was written. */
    synchronized boolean write() {
        List<Asked> keys = List.copyOf(waiting.keySet());
        boolean all = true;
        for (int from = 0; all && from < keys.size(); from += BATCH) {
            all = write(take(keys.subList(from, Math.min(from + BATCH, keys.size()))));
        }
        return all;
    }

    private record Taken(Asked asked, Tally tally) {}

    private List<Taken> take(List<Asked> keys) {
        List<Taken> taken = new ArrayList<>(keys.size());
        for (Asked asked : keys) {
            Tally tally = waiting.remove(asked);
            if (tally != null) {
                taken.add(new Taken(asked, tally));
            }
        }
        return taken;
    }

    /** Writes a batch and returns whether the storage could be used. A batch with an unknown outcome is not written again. */
    private boolean write(List<Taken> batch) {
        try {
            add(batch.stream().map(each -> each.tally().of(each.asked())).toList());
            return true;
        } catch (StorageException e) {
            if (e.retryable()) {
                batch.forEach(each -> keep(each.asked(), each.tally()));
                return false;
            }
            if (e instanceof InvalidValueException && batch.size() > 1) {
                return batch.stream().map(List::of).map(this::write).reduce(true, Boolean::logicalAnd);
            }
            batch.forEach(each -> uncounted.add(each.tally().reads()));
            return true;
        }
    }

    private void add(List<KeyStatistics> counted) {
        storage.transact(unit -> {
            Repository<KeyStatistics> kept = unit.repository(KeyStatistics.TYPE);
            List<@Nullable KeyStatistics> before =
                    kept.findAll(counted.stream().map(KeyStatistics::id).toList());
            List<KeyStatistics> sums = new ArrayList<>(counted.size());
            for (int i = 0; i < counted.size(); i++) {
                KeyStatistics old = before.get(i);
                sums.add(old == null ? counted.get(i) : old.plus(counted.get(i)));
            }
            kept.saveAll(sums);
            return sums.size();
        });
    }

    Repository<KeyStatistics> kept() {
        return storage.repository(KeyStatistics.TYPE);
    }

    @Override
    public void close() {
        writer.close();
        write();
    }
}
