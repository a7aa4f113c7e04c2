package io.storeway.examples.feargreedbot;

/** What a signal advises. */
public enum SignalType {
    /** Enter a position. */
    BUY,
    /** Leave it. */
    SELL
}
