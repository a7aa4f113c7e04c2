package io.storeway.examples.feargreedbot;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A signal that a chat has followed.
 *
 * @param executionDate in whole milliseconds
 * @param signalPrice the price when the signal came, or null if it isn't known
 */
public record SignalExecution(
        SignalType signalType,
        String ticker,
        double executionPrice,
        Instant executionDate,
        @Nullable Double signalPrice) {}
