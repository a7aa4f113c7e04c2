package io.storeway.internal.cloudflare;

import io.storeway.Json;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests about a namespace or database. After a temporary failure (throttling, an error of the service, a broken connection) a
 * request is sent again within the time of the call, if that is safe. Thread-safe.
 */
public final class RestApi implements AutoCloseable {

    private static final int ATTEMPTS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration WRITE_PAUSE = Duration.ofSeconds(1);

    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER) // A redirection would take the token along.
            .build();
    private final Service service;
    private final Address address;
    private final String token;
    private final Function<byte[], Json> reader;
    private final Clock clock;
    private final Timer timer;

    /**
     * Opens the API. Sends nothing yet.
     *
     * @param reader reads JSON; throws an IllegalArgumentException if the bytes are no JSON
     * @throws StorageUnavailableException if there is no usable token
     */
    public RestApi(
            Service service, Address address, String token, Function<byte[], Json> reader, Clock clock, Timer timer) {
        if (!token.matches("[\\x21-\\x7e]+")) {
            throw new StorageUnavailableException(
                    "There is no API token, or it has other characters than a token; put one into the environment variable "
                            + address.tokenVariable(),
                    service.context("open"),
                    null);
        }
        this.service = service;
        this.address = address;
        this.token = token;
        this.reader = reader;
        this.clock = clock;
        this.timer = timer;
    }

    /** The token in the environment, empty if there is none. */
    public static String token(Address address) {
        return Optional.ofNullable(System.getenv(address.tokenVariable())).orElse("");
    }

    /**
     * Sends a request, several times if necessary.
     *
     * @return an answer with success, or one that the request's judge takes for an answer
     * @throws StorageUnavailableException if the service doesn't answer or refuses to; nothing was changed
     * @throws StorageTimeoutException if a read took too long
     * @throws UnknownOutcomeException if a write may or may not have taken effect
     * @throws InvalidValueException if the service refuses what was sent as invalid
     */
    public Reply send(Request request) {
        long end = timer.nanos() + address.timeout().toNanos();
        boolean ambiguous = false;
        for (int attempt = 1; ; attempt++) {
            Duration pause = (request.writes() ? WRITE_PAUSE : FIRST_PAUSE).multipliedBy(1L << (attempt - 1));
            Exception broken = null;
            String trouble;
            try {
                Reply reply = exchange(request, Duration.ofNanos(end - timer.nanos()));
                switch (meaning(request, reply)) {
                    case LATER -> {
                        trouble = "the service asks to wait, because requests come too fast";
                        pause = reply.retryAfter(clock).orElse(pause);
                    }
                    case TROUBLE -> {
                        trouble = reply.ok()
                                ? "the answer is not of the form that it has to have"
                                : "the service answered with HTTP " + reply.status();
                        ambiguous = true;
                    }
                    case ANSWER -> {
                        return reply;
                    }
                    default -> throw refused(request, reply);
                }
            } catch (IOException e) {
                broken = e;
                trouble = certain(e) ? "the service can't be reached" : "the connection broke";
                ambiguous |= !certain(e);
            } catch (TimeoutException e) {
                throw timedOut(request, e);
            }
            if (ambiguous && request.effect() == Request.Effect.ONCE) {
                throw failed(request, true, trouble, broken);
            }
            boolean tooLong = timer.nanos() + pause.toNanos() - end >= 0;
            if (tooLong || attempt == ATTEMPTS || Thread.currentThread().isInterrupted()) {
                String waited = tooLong && broken == null
                        ? ", and the next try would be " + pause.toSeconds() + " s away"
                        : " " + attempt + " times";
                throw failed(request, ambiguous, trouble + waited, broken);
            }
            timer.sleep(pause);
        }
    }

    private static Request.Meaning meaning(Request request, Reply reply) {
        if (reply.throttled()) {
            return Request.Meaning.LATER;
        }
        Request.Meaning own = request.judge().of(reply);
        if (own != Request.Meaning.USUAL) {
            return own;
        }
        boolean answered = !request.enveloped() || reply.success() || reply.failure();
        if (reply.passing() || (reply.ok() && !answered)) {
            return Request.Meaning.TROUBLE;
        }
        return reply.ok() && !reply.failure() ? Request.Meaning.ANSWER : Request.Meaning.USUAL;
    }

    /** Whether a failure shows that nothing was sent. */
    private static boolean certain(IOException e) {
        return e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
    }

    private Reply exchange(Request request, Duration left) throws IOException, TimeoutException {
        BodyPublisher body =
                request.body() == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(request.body());
        HttpRequest.Builder http = HttpRequest.newBuilder(URI.create(address.base() + request.route()))
                .method(request.method(), body)
                .header("Authorization", "Bearer " + token);
        if (request.body() != null) {
            http.header("Content-Type", "application/json");
        }
        // The client's own timeout only covers the time until the headers, this one also the body.
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(http.build(), BodyHandlers.ofByteArray());
        try {
            return Reply.of(answer.get(Math.max(1, left.toNanos()), TimeUnit.NANOSECONDS), request.enveloped(), reader);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("The HTTP client failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(request, true, "the thread was interrupted", e);
        } finally {
            answer.cancel(true);
        }
    }

    private StorageException refused(Request request, Reply reply) {
        String said = "HTTP " + reply.status() + ", codes " + reply.codes();
        return switch (reply.status()) {
            case 401, 403 ->
                unavailable(
                        request,
                        "the service refuses the token (" + said + "); see that " + address.tokenVariable()
                                + " has one that may use this " + service.noun());
            case 404 ->
                unavailable(
                        request, "the service knows no such " + service.noun() + " (" + said + "); look at the URI");
            case 301, 302, 303, 307, 308 ->
                unavailable(request, "the service answers elsewhere (" + said + "); name that address by api");
            default ->
                new InvalidValueException("request", "the service refuses it (" + said + ")", request.context(), null);
        };
    }

    private static StorageException unavailable(Request request, String message) {
        return new StorageUnavailableException(message, request.context(), null);
    }

    private StorageException timedOut(Request request, TimeoutException cause) {
        String message = "No answer came within " + address.timeout().toMillis() + " ms";
        return request.writes()
                ? new UnknownOutcomeException(message, request.context(), cause)
                : new StorageTimeoutException(message, request.context(), cause);
    }

    private static StorageException failed(
            Request request, boolean ambiguous, String message, @Nullable Exception cause) {
        return ambiguous && request.writes()
                ? new UnknownOutcomeException(message, request.context(), cause)
                : new StorageUnavailableException(message, request.context(), cause);
    }

    /** Ends the threads of the client if the JDK has a way to; otherwise they end when the client is garbage. */
    @Override
    public void close() {
        if ((Object) client instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException("The HTTP client can't be closed", e);
            }
        }
    }
}
