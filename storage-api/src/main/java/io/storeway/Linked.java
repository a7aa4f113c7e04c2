package io.storeway;

import org.jspecify.annotations.Nullable;

/**
 * A record with the record that it refers to.
 *
 * @param item the record
 * @param target the record that it refers to; null if it refers to none, or to one that doesn't exist or has expired
 */
public record Linked<T, P>(T item, @Nullable P target) {}
