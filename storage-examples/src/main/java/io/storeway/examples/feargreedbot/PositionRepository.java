package io.storeway.examples.feargreedbot;

import java.util.Optional;

/** The position of each chat, which has at most one. */
public interface PositionRepository {

    /** The position of a chat. */
    Optional<ActivePosition> getActivePosition(String chatId);

    /**
     * Sets the position of a chat, replacing the one it has.
     *
     * @throws io.storeway.error.ConstraintViolationException on a storage that enforces references, if there is no such chat
     */
    void setActivePosition(String chatId, String ticker, double entryPrice);

    /** Removes the position of a chat; does nothing if it has none. */
    void clearActivePosition(String chatId);
}
