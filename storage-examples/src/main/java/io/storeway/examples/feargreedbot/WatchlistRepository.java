package io.storeway.examples.feargreedbot;

import java.util.List;

/** The tickers that each chat watches. */
public interface WatchlistRepository {

    /** The tickers of a chat, in the order in which they were added. */
    List<String> getWatchlist(String chatId);

    /**
     * Appends a ticker to the watchlist.
     *
     * @throws io.storeway.error.ConstraintViolationException if the chat watches it already, and on a storage that
     *     enforces references also if there is no such chat
     */
    void addTicker(String chatId, String ticker);

    /** Removes a ticker; does nothing if the chat doesn't watch it. */
    void removeTicker(String chatId, String ticker);

    /** Removes all tickers of a chat. */
    void clearWatchlist(String chatId);
}
