package io.storeway.kv.cloudflare;

import io.storeway.Json;
import io.storeway.internal.cloudflare.Reply;
import io.storeway.internal.cloudflare.Request;
import io.storeway.internal.cloudflare.Request.Effect;
import io.storeway.internal.cloudflare.Request.Meaning;
import io.storeway.kv.internal.StrictJson;

/** The requests to a namespace. A write contains whole values, so it may be sent again. */
final class Requests {

    private static final int NOT_FOUND = 404;
    private static final int NO_SUCH_KEY = 10_009;

    private Requests() {}

    /** Reads JSON. */
    static Request read(String operation, String route) {
        return new Request(
                CloudflareKvStore.context(operation), "GET", route, null, Effect.NONE, true, Requests::judge);
    }

    /** Reads a plain value. */
    static Request value(String operation, String route) {
        return new Request(
                CloudflareKvStore.context(operation), "GET", route, null, Effect.NONE, false, Requests::judge);
    }

    /** Reads JSON by a request with a body. */
    static Request ask(String operation, String route, Json body) {
        return withBody(operation, "POST", route, body, Effect.NONE);
    }

    /** Changes something. */
    static Request write(String method, String route, Json body) {
        return withBody("commit", method, route, body, Effect.REPEATABLE);
    }

    private static Request withBody(String operation, String method, String route, Json body, Effect effect) {
        return new Request(
                CloudflareKvStore.context(operation),
                method,
                route,
                StrictJson.write(body),
                effect,
                true,
                reply -> reply.tooLarge() ? Meaning.ANSWER : judge(reply));
    }

    static boolean keyAbsent(Reply reply) {
        return reply.status() == NOT_FOUND && reply.codes().contains(NO_SUCH_KEY);
    }

    private static Meaning judge(Reply reply) {
        return keyAbsent(reply) ? Meaning.ANSWER : Meaning.USUAL;
    }
}
