package io.storeway.examples.feargreedbot;

import static io.storeway.examples.feargreedbot.BotSchema.CACHE;
import static io.storeway.examples.feargreedbot.BotSchema.EXECUTIONS;
import static io.storeway.examples.feargreedbot.BotSchema.POSITIONS;
import static io.storeway.examples.feargreedbot.BotSchema.WATCHLISTS;

import io.storeway.Json;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.examples.feargreedbot.BotSchema.Execution;
import io.storeway.examples.feargreedbot.BotSchema.Position;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The bot's operations. It knows a {@link Storage}, and not whether that keeps blobs, rows or both. Thread-safe. */
public final class Bot {

    private final Storage storage;
    private final Clock clock;
    private final SubscriptionRepository subscriptions;
    private final WatchlistRepository watchlists;
    private final CacheRepository cache;

    /** The storage is opened with {@link BotSchema#CATALOG} and the same clock. */
    public Bot(Storage storage, Clock clock) {
        this.storage = storage;
        // Times are stored in milliseconds; finer ones would be refused.
        this.clock = Clock.tick(clock, Duration.ofMillis(1));
        this.subscriptions = new StoredSubscriptions(storage, this.clock);
        this.watchlists = new StoredWatchlists(storage.repository(WATCHLISTS), this.clock);
        this.cache = new StoredCache(storage.repository(CACHE), this.clock);
    }

    /** The chats that the bot writes to. */
    public SubscriptionRepository subscriptions() {
        return subscriptions;
    }

    /** The tickers that chats watch. */
    public WatchlistRepository watchlists() {
        return watchlists;
    }

    /** The signals that chats have followed. */
    public ExecutionRepository executions() {
        return executions(storage.repository(EXECUTIONS));
    }

    /** What chats hold. */
    public PositionRepository positions() {
        return positions(storage.repository(POSITIONS));
    }

    /** Values that the bot has fetched. */
    public CacheRepository cache() {
        return cache;
    }

    private ExecutionRepository executions(Repository<Execution> in) {
        return new StoredExecutions(in, clock);
    }

    private PositionRepository positions(Repository<Position> in) {
        return new StoredPositions(in, clock);
    }

    /** Records in one unit of work that a chat follows a signal now, and what it holds from now on. */
    public void execute(String chatId, SignalType signal, String ticker, double price, @Nullable Double signalPrice) {
        storage.transact(unit -> {
            executions(unit.repository(EXECUTIONS)).recordExecution(chatId, signal, ticker, price, signalPrice, null);
            PositionRepository held = positions(unit.repository(POSITIONS));
            if (signal == SignalType.BUY) {
                held.setActivePosition(chatId, ticker, price);
            } else {
                held.clearActivePosition(chatId);
            }
            return chatId;
        });
    }

    /** The Fear &amp; Greed reading: from the cache, or fetched and then cached for five minutes. */
    public Json reading(Supplier<Json> fetch) {
        return cache.get(CacheRepository.FEAR_GREED).orElseGet(() -> {
            Json fetched = fetch.get();
            cache.set(CacheRepository.FEAR_GREED, fetched, BotSchema.READING_LASTS);
            return fetched;
        });
    }
}
