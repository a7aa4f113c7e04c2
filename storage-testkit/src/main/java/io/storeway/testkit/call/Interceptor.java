package io.storeway.testkit.call;

import org.jspecify.annotations.Nullable;

/** Handles the calls of a store before they reach it. Must be thread-safe if several threads use the store. */
@FunctionalInterface
public interface Interceptor {

    /**
     * Answers a call, usually with the result of {@link StoreCall#proceed()}. What it throws is thrown to the caller of the store.
     *
     * @throws Throwable an exception that the intercepted method may throw, or an unchecked one
     */
    @Nullable
    Object around(StoreCall call) throws Throwable;
}
