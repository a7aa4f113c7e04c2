package io.storeway.examples.feargreedbot;

import java.util.List;

/** The tickers that each chat watches. */
public interface WatchlistRepository {

    /** The tickers of a chat, in the order in which they were added. */
    List<String> getWatchlist(String chatId);

    /**
     * Adds a ticker behind the others.
     *
     * @throws io.storeway.error.ConstraintViolationException if the chat has it already; on a storage that keeps references
     *     also if there is no such chat
     */
    void addTicker(String chatId, String ticker);

    /** Removes a ticker, if the chat has it. */
    void removeTicker(String chatId, String ticker);

    /** Removes all tickers of a chat. */
    void clearWatchlist(String chatId);
}
