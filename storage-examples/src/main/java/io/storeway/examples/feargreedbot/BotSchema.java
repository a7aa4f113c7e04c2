package io.storeway.examples.feargreedbot;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldType;
import io.storeway.FieldType.TimeUnit;
import io.storeway.Json;
import io.storeway.OnDelete;
import io.storeway.layout.KeyValueLayout.Form;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The bot's five entity types: key patterns in a key-value store, tables in a database.
 *
 * <p>Blobs have no place for times of creation and change, which are therefore declared as not carried; the plan of a
 * migration lists them.
 */
public final class BotSchema {

    private static final MethodHandles.Lookup HERE = MethodHandles.lookup();
    private static final FieldType MILLIS = FieldType.instant(TimeUnit.MILLIS);

    /** How long a cached reading lasts. Blobs hold the time of storing, so the expiry is this much later. */
    static final Duration READING_LASTS = Duration.ofMinutes(5);

    /** The status of a chat that gets messages; every chat in {@code chat_ids} has it. */
    static final int SUBSCRIBED = 1;

    private BotSchema() {}

    record User(
            String chatId,
            int subscriptionStatus,
            @Nullable Instant createdAt,
            @Nullable Instant updatedAt) {}

    record WatchlistEntry(
            String chatId, String ticker, @Nullable Instant createdAt) {}

    record Execution(
            String chatId,
            String id,
            SignalType signalType,
            String ticker,
            double executionPrice,
            @Nullable Double signalPrice,
            Instant executionDate,
            @Nullable Instant createdAt) {}

    record Position(
            String chatId,
            String ticker,
            double entryPrice,
            @Nullable Instant createdAt,
            @Nullable Instant updatedAt) {}

    record CacheEntry(
            String cacheKey,
            Json cacheValue,
            Instant expiresAt,
            @Nullable Instant updatedAt) {}

    /** {@code chat_ids = [123, "456"]}. */
    static final EntityType<User> USERS = EntityType.of(User.class, HERE)
            .named("users")
            .onePartition()
            .ordered()
            .identifiedBy(User::chatId)
            .defaultValue(User::subscriptionStatus, SUBSCRIBED)
            .type(User::createdAt, MILLIS)
            .type(User::updatedAt, MILLIS)
            .nullable(User::createdAt, User::updatedAt)
            .keyValue(
                    "chat_ids",
                    Blob.arrayOf(User::chatId)
                            .as(User::chatId, Form.STRING_OR_INTEGER)
                            .constant(User::subscriptionStatus))
            .sql(table -> table.index(User::subscriptionStatus))
            .build();

    /** {@code watchlist:123 = ["SPY","AAPL"]}. */
    static final EntityType<WatchlistEntry> WATCHLISTS = EntityType.of(WatchlistEntry.class, HERE)
            .named("watchlists")
            .partitionedBy(WatchlistEntry::chatId)
            .ordered()
            .identifiedBy(WatchlistEntry::ticker)
            .type(WatchlistEntry::createdAt, MILLIS)
            .nullable(WatchlistEntry::createdAt)
            .references(WatchlistEntry::chatId, USERS, OnDelete.CASCADE)
            .keyValue("watchlist:{chatId}", Blob.arrayOf(WatchlistEntry::ticker))
            .sql(table -> table.index(WatchlistEntry::ticker))
            .build();

    /** {@code execution_history:123 = [{"signalType":"BUY","ticker":"SPY","executionPrice":450.5,"executionDate":1700000000000}]}. */
    static final EntityType<Execution> EXECUTIONS = EntityType.of(Execution.class, HERE)
            .named("executions")
            .partitionedBy(Execution::chatId)
            .ordered()
            .identifiedBy(Execution::id)
            .type(Execution::executionDate, MILLIS)
            .type(Execution::createdAt, MILLIS)
            .nullable(Execution::signalPrice, Execution::createdAt)
            .references(Execution::chatId, USERS, OnDelete.CASCADE)
            .keyValue(
                    "execution_history:{chatId}",
                    Blob.<Execution>arrayOfObjects().contentId(Execution::id).notCarried(Execution::createdAt))
            .sql(table -> table.index(Execution::chatId, Execution::ticker)
                    .index(Execution::chatId, Execution::executionDate)
                    .index(Execution::executionDate))
            .build();

    /** {@code active_position:123 = {"ticker":"SPY","entryPrice":450.5}}. */
    static final EntityType<Position> POSITIONS = EntityType.of(Position.class, HERE)
            .named("active_positions")
            .identifiedBy(Position::chatId)
            .type(Position::createdAt, MILLIS)
            .type(Position::updatedAt, MILLIS)
            .nullable(Position::createdAt, Position::updatedAt)
            .references(Position::chatId, USERS, OnDelete.CASCADE)
            .keyValue(
                    "active_position:{chatId}",
                    Blob.<Position>object().notCarried(Position::createdAt).notCarried(Position::updatedAt))
            .sql(table -> table.index(Position::ticker))
            .build();

    /** {@code fear_greed_cache = {"data":{…},"timestamp":1700000000000}}; the time stamp is when it was stored. */
    static final EntityType<CacheEntry> CACHE = EntityType.of(CacheEntry.class, HERE)
            .named("cache")
            .identifiedBy(CacheEntry::cacheKey)
            .expiresAt(CacheEntry::expiresAt)
            .defaultValue(CacheEntry::cacheKey, CacheRepository.FEAR_GREED)
            .type(CacheEntry::expiresAt, MILLIS)
            .type(CacheEntry::updatedAt, MILLIS)
            .nullable(CacheEntry::updatedAt)
            .keyValue(
                    CacheRepository.FEAR_GREED,
                    Blob.<CacheEntry>object()
                            .constant(CacheEntry::cacheKey)
                            .at(CacheEntry::cacheValue, "data")
                            .at(CacheEntry::expiresAt, "timestamp")
                            .plus(CacheEntry::expiresAt, READING_LASTS)
                            .notCarried(CacheEntry::updatedAt))
            .sql(table -> table.index(CacheEntry::expiresAt))
            .build();

    /** All types, to open a storage with. */
    public static final Catalog CATALOG = Catalog.of(USERS, WATCHLISTS, EXECUTIONS, POSITIONS, CACHE);
}
