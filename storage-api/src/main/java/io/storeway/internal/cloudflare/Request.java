package io.storeway.internal.cloudflare;

import io.storeway.error.ErrorContext;
import org.jspecify.annotations.Nullable;

/**
 * A request about a namespace or database.
 *
 * @param context the caller's operation, for errors
 * @param method the HTTP method
 * @param route the route behind that of the namespace or database, encoded
 * @param body the JSON body, or null
 * @param effect what it changes
 * @param enveloped whether the answer is JSON in Cloudflare's usual form, and not a plain value
 * @param judge interprets answers that have a special meaning for this request
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
        /** Sets something to a given state, so that it may be sent again. */
        REPEATABLE,
        /** Changes something depending on its state, so that it is only sent again if it certainly had no effect. */
        ONCE
    }

    /** What an answer means. */
    public enum Meaning {
        /** An answer for the caller. */
        ANSWER,
        /** The service has done nothing and may do it later. */
        LATER,
        /** The service has failed, and it is unknown what it has done. */
        TROUBLE,
        /** The usual meaning of its status. */
        USUAL
    }

    /** Interprets answers. */
    @FunctionalInterface
    public interface Judge {
        /** Says what the answer means. */
        Meaning of(Reply reply);
    }

    boolean writes() {
        return effect != Effect.NONE;
    }
}
