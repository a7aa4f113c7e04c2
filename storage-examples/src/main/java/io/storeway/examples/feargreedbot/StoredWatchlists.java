package io.storeway.examples.feargreedbot;

import io.storeway.Repository;
import io.storeway.examples.feargreedbot.BotSchema.WatchlistEntry;
import java.time.Clock;
import java.util.List;

/** Watchlists in any storage. */
final class StoredWatchlists implements WatchlistRepository {

    private final Repository<WatchlistEntry> watchlists;
    private final Clock clock;

    StoredWatchlists(Repository<WatchlistEntry> watchlists, Clock clock) {
        this.watchlists = watchlists;
        this.clock = clock;
    }

    @Override
    public List<String> getWatchlist(String chatId) {
        return watchlists.partition(chatId).list().stream()
                .map(WatchlistEntry::ticker)
                .toList();
    }

    @Override
    public void addTicker(String chatId, String ticker) {
        watchlists.partition(chatId).append(new WatchlistEntry(chatId, ticker, clock.instant()));
    }

    @Override
    public void removeTicker(String chatId, String ticker) {
        watchlists.delete(chatId, ticker);
    }

    @Override
    public void clearWatchlist(String chatId) {
        watchlists.partition(chatId).clear();
    }
}
