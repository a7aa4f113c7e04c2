package io.storeway.examples.feargreedbot;

/** The ticker that a chat holds, and the price that it paid. */
public record ActivePosition(String ticker, double entryPrice) {}
