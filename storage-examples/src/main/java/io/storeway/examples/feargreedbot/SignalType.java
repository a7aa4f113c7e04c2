package io.storeway.examples.feargreedbot;

/** What a signal says. */
public enum SignalType {
    /** Enter a position. */
    BUY,
    /** Leave it. */
    SELL
}
