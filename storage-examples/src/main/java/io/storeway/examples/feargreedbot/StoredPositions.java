package io.storeway.examples.feargreedbot;

import io.storeway.Repository;
import io.storeway.examples.feargreedbot.BotSchema.Position;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Positions in any storage. */
final class StoredPositions implements PositionRepository {

    private final Repository<Position> positions;
    private final Clock clock;

    StoredPositions(Repository<Position> positions, Clock clock) {
        this.positions = positions;
        this.clock = clock;
    }

    @Override
    public Optional<ActivePosition> getActivePosition(String chatId) {
        return positions.find(chatId).map(stored -> new ActivePosition(stored.ticker(), stored.entryPrice()));
    }

    @Override
    public void setActivePosition(String chatId, String ticker, double entryPrice) {
        Instant now = clock.instant();
        positions.save(new Position(chatId, ticker, entryPrice, now, now));
    }

    @Override
    public void clearActivePosition(String chatId) {
        positions.delete(chatId);
    }
}
