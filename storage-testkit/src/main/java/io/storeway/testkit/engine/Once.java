package io.storeway.testkit.engine;

import org.jspecify.annotations.Nullable;

/** Starts a server at most once. A failure is remembered, so that a machine that can't run the server doesn't try again for each test. */
final class Once<T> {

    /** Starts the server. */
    interface Start<T> {
        T run() throws Exception;
    }

    private final Start<T> start;
    private @Nullable T server;
    private @Nullable EngineFailure failure;

    Once(Start<T> start) {
        this.start = start;
    }

    synchronized T get() {
        if (failure != null) {
            throw failure;
        }
        if (server == null) {
            try {
                server = start.run();
            } catch (Exception | LinkageError e) {
                if (e instanceof NoClassDefFoundError missing) {
                    throw missing;
                }
                failure = new EngineFailure(e);
                throw failure;
            }
        }
        return server;
    }
}
