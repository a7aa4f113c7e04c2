package io.storeway.internal.cloudflare;

import io.storeway.error.ErrorContext;
import org.jspecify.annotations.Nullable;

/**
 * A request to a route of the data.
 *
 * @param context what the caller asked for, for errors
 * @param method the HTTP method
 * @param route what follows the namespace or database, encoded
 * @param body the JSON body, or null
 * @param effect what it changes
 * @param enveloped whether the answer is JSON of the usual form, and not a plain value
 * @param judge what the answers mean that this request may have besides the usual ones
 */
public record Request(
        ErrorContext context,
        String method,
        String route,
        byte @Nullable [] body,
        Effect effect,
        boolean enveloped,
        Judge judge) {

    /** What a request changes. */
    public enum Effect {
        /** Nothing. */
        NONE,
        /** Something, to a state that it names, so that it may be sent again. */
        REPEATABLE,
        /** Something, by a step from the state that is there; it isn't sent again unless it is known to be without effect. */
        ONCE
    }

    /** What an answer means. */
    public enum Meaning {
        /** The caller reads it. */
        ANSWER,
        /** The service has done nothing and may do it later. */
        LATER,
        /** The service has failed, and what it has done is not known. */
        TROUBLE,
        /** What it usually means. */
        USUAL
    }

    /** Reads answers. */
    @FunctionalInterface
    public interface Judge {
        /** Says what the answer means. */
        Meaning of(Reply reply);
    }

    boolean writes() {
        return effect != Effect.NONE;
    }
}
