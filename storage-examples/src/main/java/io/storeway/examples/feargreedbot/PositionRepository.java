package io.storeway.examples.feargreedbot;

import java.util.Optional;

/** The one position that a chat may have. */
public interface PositionRepository {

    /** The position of a chat. */
    Optional<ActivePosition> getActivePosition(String chatId);

    /**
     * Gives a chat a position, in place of the one it has.
     *
     * @throws io.storeway.error.ConstraintViolationException on a storage that keeps references, if there is no such chat
     */
    void setActivePosition(String chatId, String ticker, double entryPrice);

    /** Takes the position of a chat away, if it has one. */
    void clearActivePosition(String chatId);
}
