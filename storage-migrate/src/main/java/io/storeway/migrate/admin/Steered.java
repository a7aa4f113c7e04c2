package io.storeway.migrate.admin;

import io.storeway.Json;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A migration as the endpoint sees it. Thread-safe. */
sealed interface Steered permits AtRest, Routed {

    /**
     * Who asks for something, and why.
     *
     * @param by for the record
     * @param reason for the record
     */
    record Caller(String by, String reason) {}

    /**
     * Copies everything.
     *
     * @throws PausedException if it was asked to pause
     */
    Json run(Caller caller, BooleanSupplier paused);

    /** Compares everything. */
    Json verify();

    /** Whether to pause means to stop a run; otherwise it means {@link #hold}. */
    boolean stopsForPause();

    /** Forbids forward moves, or allows them again. */
    void hold(boolean held, Caller caller);

    /**
     * Goes back.
     *
     * @throws RefusedException if there is no way back
     */
    Json rollback(Caller caller);

    /** Where it stands. */
    Map<String, Json> status();

    /** Adds its numbers. */
    void measure(Metrics metrics);
}
