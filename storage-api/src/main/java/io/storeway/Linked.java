package io.storeway;

import org.jspecify.annotations.Nullable;

/**
 * A record with the one that it refers to.
 *
 * @param item the record
 * @param target the record that it refers to, or null if it refers to none, or to one that is not there or has expired
 */
public record Linked<T, P>(T item, @Nullable P target) {}
