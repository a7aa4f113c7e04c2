package io.storeway.examples.feargreedbot;

import io.storeway.Json;
import io.storeway.Repository;
import io.storeway.examples.feargreedbot.BotSchema.CacheEntry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A cache in any storage. */
final class StoredCache implements CacheRepository {

    private final Repository<CacheEntry> entries;
    private final Clock clock;

    StoredCache(Repository<CacheEntry> entries, Clock clock) {
        this.entries = entries;
        this.clock = clock;
    }

    @Override
    public Optional<Json> get(String key) {
        return entries.find(key).map(CacheEntry::cacheValue);
    }

    @Override
    public void set(String key, Json value, Duration timeToLive) {
        Instant now = clock.instant();
        entries.save(new CacheEntry(key, value, now.plus(timeToLive), now));
    }

    @Override
    public void delete(String key) {
        entries.delete(key);
    }

    @Override
    public long cleanup() {
        return entries.purgeExpired();
    }
}
