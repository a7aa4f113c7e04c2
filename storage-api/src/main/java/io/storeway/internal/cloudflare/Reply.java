package io.storeway.internal.cloudflare;

import io.storeway.Json;
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
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An answer of the service.
 *
 * @param status the HTTP status
 * @param headers the headers
 * @param bytes the body
 * @param members the members of a JSON body; empty if it is no JSON object or wasn't read
 */
public record Reply(int status, HttpHeaders headers, byte[] bytes, Map<String, Json> members) {

    private static final int OK = 200;
    private static final int BEYOND_OK = 300;
    private static final int THROTTLED = 429;
    private static final int TIMED_OUT = 408;
    private static final int SERVER_ERROR = 500;
    private static final int TOO_LARGE = 413;
    private static final int LONGEST_SECONDS = 9;

    /** The reply in an HTTP response. The body is read as JSON if it has to be JSON or the response is an error. */
    static Reply of(HttpResponse<byte[]> response, boolean enveloped, Function<byte[], Json> reader) {
        boolean json = enveloped || response.statusCode() >= BEYOND_OK;
        return new Reply(
                response.statusCode(),
                response.headers(),
                response.body(),
                json ? members(response.body(), reader) : Map.of());
    }

    private static Map<String, Json> members(byte[] body, Function<byte[], Json> reader) {
        try {
            return reader.apply(body) instanceof Json.Obj object ? object.members() : Map.of();
        } catch (IllegalArgumentException e) {
            return Map.of();
        }
    }

    /** Whether the status says success. */
    public boolean ok() {
        return status >= OK && status < BEYOND_OK;
    }

    /** Whether the body says so too. */
    public boolean success() {
        return ok() && new Json.Bool(true).equals(members.get("success"));
    }

    /** Whether the body says that the service has done nothing. */
    public boolean failure() {
        return new Json.Bool(false).equals(members.get("success"));
    }

    /** Whether the service asks to wait. */
    public boolean throttled() {
        return status == THROTTLED;
    }

    /** Whether the request, or its answer, is too large for the service. */
    public boolean tooLarge() {
        return status == TOO_LARGE;
    }

    /** Whether the failure is temporary, so that the same request may succeed soon. */
    public boolean passing() {
        return status >= SERVER_ERROR || status == TIMED_OUT;
    }

    /** The codes of the errors. */
    public List<Integer> codes() {
        List<Integer> codes = new ArrayList<>();
        for (Map<String, Json> error : errors()) {
            if (error.get("code") instanceof Json.Num code) {
                codes.add(
                        code.value().min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValue());
            }
        }
        return codes;
    }

    /** The messages of the errors. They may contain keys and values, so they must not be shown. */
    public String messages() {
        return errors().stream()
                .map(error -> error.get("message") instanceof Json.Str text ? text.value() : "")
                .collect(Collectors.joining("\n"));
    }

    private List<Map<String, Json>> errors() {
        List<Map<String, Json>> errors = new ArrayList<>();
        if (members.get("errors") instanceof Json.Arr all) {
            for (Json error : all.items()) {
                if (error instanceof Json.Obj object) {
                    errors.add(object.members());
                }
            }
        }
        return errors;
    }

    /** The result in the body. */
    public Json result() {
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
