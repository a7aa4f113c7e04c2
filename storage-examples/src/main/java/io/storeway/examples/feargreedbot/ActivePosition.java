package io.storeway.examples.feargreedbot;

/** What a chat holds, and what it paid for it. */
public record ActivePosition(String ticker, double entryPrice) {}
