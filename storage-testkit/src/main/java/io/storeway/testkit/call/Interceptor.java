package io.storeway.testkit.call;

import org.jspecify.annotations.Nullable;

/** Decides what becomes of a call. Thread-safe if the store that it stands before is used by several threads. */
@FunctionalInterface
public interface Interceptor {

    /**
     * Answers the call, usually with what {@link StoreCall#proceed()} gives. What it throws, the caller of the store gets.
     *
     * @throws Throwable an exception that the intercepted method may throw, or an unchecked one
     */
    @Nullable
    Object around(StoreCall call) throws Throwable;
}
