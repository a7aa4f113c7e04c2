package io.storeway.kv.cloudflare;

import io.storeway.Json;
import io.storeway.kv.internal.StrictJson;
import io.storeway.kv.internal.UnfitException;
import java.math.BigDecimal;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the service answered.
 *
 * @param status the HTTP status
 * @param headers the headers
 * @param bytes the body
 * @param members the members of a JSON body; empty if it is none or not looked at
 */
record Reply(int status, HttpHeaders headers, byte[] bytes, Map<String, Json> members) {

    private static final int OK = 200;
    private static final int BEYOND_OK = 300;
    private static final int THROTTLED = 429;
    private static final int TIMED_OUT = 408;
    private static final int SERVER_ERROR = 500;
    private static final int TOO_LARGE = 413;
    private static final int NOT_FOUND = 404;
    private static final int NO_SUCH_KEY = 10_009;
    private static final int LONGEST_SECONDS = 9;

    /** Takes an answer. JSON is read where the answer has to be JSON, and where it tells of an error. */
    static Reply of(HttpResponse<byte[]> response, boolean enveloped) {
        boolean json = enveloped || response.statusCode() >= BEYOND_OK;
        return new Reply(
                response.statusCode(), response.headers(), response.body(), json ? members(response.body()) : Map.of());
    }

    private static Map<String, Json> members(byte[] body) {
        try {
            return StrictJson.read(body) instanceof Json.Obj object ? object.members() : Map.of();
        } catch (UnfitException e) {
            return Map.of();
        }
    }

    boolean ok() {
        return status >= OK && status < BEYOND_OK;
    }

    /** Whether the body says so too. */
    boolean success() {
        return ok() && new Json.Bool(true).equals(members.get("success"));
    }

    /** Whether the service says by its own words that it has done nothing. */
    boolean failure() {
        return new Json.Bool(false).equals(members.get("success"));
    }

    boolean throttled() {
        return status == THROTTLED;
    }

    boolean tooLarge() {
        return status == TOO_LARGE;
    }

    boolean keyAbsent() {
        return status == NOT_FOUND && codes().contains(NO_SUCH_KEY);
    }

    /** Whether the same request may have another answer soon. */
    boolean passing() {
        return status >= SERVER_ERROR || status == TIMED_OUT;
    }

    /** The codes of the errors; their messages may hold keys. */
    List<Integer> codes() {
        List<Integer> codes = new ArrayList<>();
        if (members.get("errors") instanceof Json.Arr errors) {
            for (Json error : errors.items()) {
                if (error instanceof Json.Obj object && object.members().get("code") instanceof Json.Num code) {
                    codes.add(code.value()
                            .min(BigDecimal.valueOf(Integer.MAX_VALUE))
                            .intValue());
                }
            }
        }
        return codes;
    }

    Json result() {
        return members.getOrDefault("result", Json.NULL);
    }

    /** How long the service asks to wait, in seconds or until a time. */
    Optional<Duration> retryAfter(Clock clock) {
        String text = headers.firstValue("retry-after").orElse("").strip();
        if (text.matches("[0-9]{1," + LONGEST_SECONDS + "}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            ZonedDateTime until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration wait = Duration.between(clock.instant(), until.toInstant());
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
