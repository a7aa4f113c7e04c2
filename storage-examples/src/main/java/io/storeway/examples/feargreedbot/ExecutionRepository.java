package io.storeway.examples.feargreedbot;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The signals that each chat has followed. */
public interface ExecutionRepository {

    /**
     * Appends an execution to the chat's history. Its id is a hash of its content and of the number of equal ones before it,
     * so it is the same in every storage.
     *
     * @param signalPrice the price when the signal came, or null
     * @param executionDate when, in whole milliseconds, or null for now
     * @throws io.storeway.error.ConstraintViolationException on a storage that enforces references, if there is no such chat
     */
    void recordExecution(
            String chatId,
            SignalType signalType,
            String ticker,
            double executionPrice,
            @Nullable Double signalPrice,
            @Nullable Instant executionDate);

    /** The executions of a chat in the order in which they were recorded; those of one ticker, unless that is null. */
    List<SignalExecution> getExecutionHistory(String chatId, @Nullable String ticker);

    /** The execution with the latest date; of those with the same date, the one that was recorded last. */
    Optional<SignalExecution> getLatestExecution(String chatId, @Nullable String ticker);
}
