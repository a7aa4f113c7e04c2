package io.storeway.examples.feargreedbot;

import static io.storeway.examples.feargreedbot.SignalType.BUY;
import static io.storeway.examples.feargreedbot.SignalType.SELL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Json;
import io.storeway.Storage;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.junit.StorageTest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bot does the same on blobs, on rows, and in every stage of the way from one to the other. */
@StorageTest({
    "memory",
    "mvstore",
    "sqlite",
    "h2",
    "postgres",
    "cached(sqlite)",
    "OFF(mvstore, sqlite)",
    "DUAL_WRITE(mvstore, sqlite)",
    "SHADOW(mvstore, sqlite)",
    "READ_NEW(mvstore, sqlite)",
    "LIVE(mvstore, sqlite)",
    "RAMP_DOWN(mvstore, sqlite)",
    "COMPLETE(mvstore, sqlite)"
})
class BotTest {

    static final Catalog CATALOG = BotSchema.CATALOG;

    private static final Json FEAR = new Json.Obj(Map.of("rating", new Json.Str("fear")));

    @Test
    void chatsComeAndGoWithAllThatTheyHave(Storage storage, ManualClock clock) {
        Bot bot = new Bot(storage, clock);
        assertThat(bot.subscriptions().addChatId("42")).isTrue();
        assertThat(bot.subscriptions().addChatId("-100")).isTrue();
        assertThat(bot.subscriptions().addChatId("42")).isFalse();
        assertThat(bot.subscriptions().getChatIds()).containsExactly("42", "-100");

        bot.watchlists().addTicker("42", "SPY");
        bot.execute("42", BUY, "SPY", 450.5, 449.0);
        bot.watchlists().addTicker("-100", "QQQ");
        assertThat(bot.subscriptions().removeChatId("42")).isTrue();
        assertThat(bot.subscriptions().removeChatId("42")).isFalse();
        assertThat(bot.subscriptions().chatIdExists("42")).isFalse();
        assertThat(bot.subscriptions().chatIdExists("-100")).isTrue();
        assertThat(bot.watchlists().getWatchlist("42")).isEmpty();
        assertThat(bot.executions().getExecutionHistory("42", null)).isEmpty();
        assertThat(bot.positions().getActivePosition("42")).isEmpty();
        assertThat(bot.watchlists().getWatchlist("-100")).containsExactly("QQQ");
    }

    @Test
    void aWatchlistKeepsItsOrderAndTakesATickerOnce(Storage storage, ManualClock clock) {
        Bot bot = new Bot(storage, clock);
        bot.subscriptions().addChatId("42");
        WatchlistRepository watchlists = bot.watchlists();
        watchlists.addTicker("42", "SPY");
        watchlists.addTicker("42", "BRK.B");
        watchlists.addTicker("42", "AAPL");
        assertThatThrownBy(() -> watchlists.addTicker("42", "SPY")).isInstanceOf(ConstraintViolationException.class);
        watchlists.removeTicker("42", "BRK.B");
        watchlists.removeTicker("42", "never there");
        assertThat(watchlists.getWatchlist("42")).containsExactly("SPY", "AAPL");
        watchlists.clearWatchlist("42");
        assertThat(watchlists.getWatchlist("42")).isEmpty();
    }

    @Test
    void executionsAreKeptInOrderEqualOnesToo(Storage storage, ManualClock clock) {
        Bot bot = new Bot(storage, clock);
        bot.subscriptions().addChatId("42");
        ExecutionRepository executions = bot.executions();
        Instant day = clock.instant();
        executions.recordExecution("42", BUY, "SPY", 450.5, null, day);
        executions.recordExecution("42", BUY, "SPY", 450.5, null, day);
        executions.recordExecution("42", SELL, "AAPL", 0.1 + 0.2, 0.3, day.minusSeconds(60));
        SignalExecution bought = new SignalExecution(BUY, "SPY", 450.5, day, null);
        SignalExecution sold = new SignalExecution(SELL, "AAPL", 0.1 + 0.2, day.minusSeconds(60), 0.3);
        assertThat(executions.getExecutionHistory("42", null)).containsExactly(bought, bought, sold);
        assertThat(executions.getExecutionHistory("42", "AAPL")).containsExactly(sold);
        assertThat(executions.getLatestExecution("42", null)).contains(bought);
        assertThat(executions.getLatestExecution("42", "AAPL")).contains(sold);
        assertThat(executions.getLatestExecution("42", "QQQ")).isEmpty();
    }

    @Test
    void aBuyOpensThePositionAndASaleClosesIt(Storage storage, ManualClock clock) {
        Bot bot = new Bot(storage, clock);
        bot.subscriptions().addChatId("42");
        bot.execute("42", BUY, "SPY", 450.5, null);
        assertThat(bot.positions().getActivePosition("42")).contains(new ActivePosition("SPY", 450.5));
        bot.execute("42", BUY, "AAPL", 190, null);
        assertThat(bot.positions().getActivePosition("42")).contains(new ActivePosition("AAPL", 190));
        bot.execute("42", SELL, "AAPL", 200, null);
        assertThat(bot.positions().getActivePosition("42")).isEmpty();
        assertThat(bot.executions().getExecutionHistory("42", null))
                .extracting(SignalExecution::signalType)
                .containsExactly(BUY, BUY, SELL);
    }

    @Test
    void aReadingIsFetchedAgainAfterFiveMinutes(Storage storage, ManualClock clock) {
        Bot bot = new Bot(storage, clock);
        assertThat(bot.reading(() -> FEAR)).isEqualTo(FEAR);
        clock.advance(Duration.ofMinutes(5).minusMillis(1));
        assertThat(bot.reading(() -> new Json.Str("not asked"))).isEqualTo(FEAR);
        clock.advance(Duration.ofMillis(1));
        assertThat(bot.cache().get(CacheRepository.FEAR_GREED)).isEmpty();
        assertThat(bot.reading(() -> new Json.Str("greed"))).isEqualTo(new Json.Str("greed"));
        clock.advance(Duration.ofHours(1));
        assertThat(bot.cache().cleanup()).isEqualTo(1);
        bot.cache().set(CacheRepository.FEAR_GREED, FEAR, Duration.ofHours(1));
        bot.cache().delete(CacheRepository.FEAR_GREED);
        assertThat(bot.cache().get(CacheRepository.FEAR_GREED)).isEmpty();
    }

    @Test
    void anotherKeyOfTheCacheIsKeptOrRefusedAndNeverLost(Storage storage, ManualClock clock) {
        CacheRepository cache = new Bot(storage, clock).cache();
        try {
            cache.set("quotes", FEAR, Duration.ofMinutes(1));
            assertThat(cache.get("quotes")).contains(FEAR);
        } catch (InvalidValueException e) {
            assertThat(e).hasMessageContaining("cacheKey");
            assertThat(cache.get("quotes")).isEmpty();
        }
    }
}
