package io.storeway.examples.feargreedbot;

import static io.storeway.examples.feargreedbot.BotSchema.EXECUTIONS;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Query;
import io.storeway.Repository;
import io.storeway.examples.feargreedbot.BotSchema.Execution;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Executions in any storage. */
final class StoredExecutions implements ExecutionRepository {

    private static final Field<Execution, String> TICKER = EXECUTIONS.field(Execution::ticker);
    private static final Field<Execution, Instant> DATE = EXECUTIONS.field(Execution::executionDate);
    private static final Field<Execution, ?> POSITION = EXECUTIONS.field(EntityType.POSITION);

    /** Any text: the storage replaces it by the hash of the content, as {@link BotSchema#EXECUTIONS} declares. */
    private static final String COMPUTED_ID = "";

    private final Repository<Execution> executions;
    private final Clock clock;

    StoredExecutions(Repository<Execution> executions, Clock clock) {
        this.executions = executions;
        this.clock = clock;
    }

    @Override
    public void recordExecution(
            String chatId,
            SignalType signalType,
            String ticker,
            double executionPrice,
            @Nullable Double signalPrice,
            @Nullable Instant executionDate) {
        Instant now = clock.instant();
        executions
                .partition(chatId)
                .append(new Execution(
                        chatId,
                        COMPUTED_ID,
                        signalType,
                        ticker,
                        executionPrice,
                        signalPrice,
                        executionDate == null ? now : executionDate,
                        now));
    }

    @Override
    public List<SignalExecution> getExecutionHistory(String chatId, @Nullable String ticker) {
        return of(chatId, ticker).list().stream()
                .map(StoredExecutions::withoutKeys)
                .toList();
    }

    @Override
    public Optional<SignalExecution> getLatestExecution(String chatId, @Nullable String ticker) {
        return of(chatId, ticker)
                .orderBy(DATE.descending(), POSITION.descending())
                .first()
                .map(StoredExecutions::withoutKeys);
    }

    private Query<Execution> of(String chatId, @Nullable String ticker) {
        Query<Execution> all = executions.partition(chatId).query();
        return ticker == null ? all : all.where(TICKER.eq(ticker));
    }

    private static SignalExecution withoutKeys(Execution stored) {
        return new SignalExecution(
                stored.signalType(),
                stored.ticker(),
                stored.executionPrice(),
                stored.executionDate(),
                stored.signalPrice());
    }
}
