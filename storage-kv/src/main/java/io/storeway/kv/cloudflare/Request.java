package io.storeway.kv.cloudflare;

import io.storeway.Json;
import io.storeway.error.ErrorContext;
import io.storeway.kv.internal.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * A request to a route of the namespace.
 *
 * @param operation what the caller asked for, for errors
 * @param method the HTTP method
 * @param route what follows the namespace, encoded
 * @param body the JSON body, or null
 * @param writes whether it changes something
 * @param enveloped whether the answer is JSON of the usual form, and not a plain value
 */
record Request(
        String operation, String method, String route, byte @Nullable [] body, boolean writes, boolean enveloped) {

    /** Reads JSON. */
    static Request read(String operation, String route) {
        return new Request(operation, "GET", route, null, false, true);
    }

    /** Reads a plain value. */
    static Request value(String operation, String route) {
        return new Request(operation, "GET", route, null, false, false);
    }

    /** Asks by a body. */
    static Request ask(String operation, String route, Json body) {
        return new Request(operation, "POST", route, StrictJson.write(body), false, true);
    }

    /** Changes something. */
    static Request write(String method, String route, Json body) {
        return new Request("commit", method, route, StrictJson.write(body), true, true);
    }

    ErrorContext context() {
        return new ErrorContext(operation, CloudflareKvStore.NAME, null, null);
    }
}
