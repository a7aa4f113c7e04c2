package io.storeway.kv.cloudflare;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the routes of a namespace. What passes (throttling, errors of the service, broken connections) is tried again
 * within the time of the call; a write states the whole value, so that it may be sent again. Thread-safe.
 */
final class RestApi {

    private static final int ATTEMPTS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration KEY_PAUSE = Duration.ofSeconds(1);

    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER) // A redirection would take the token along.
            .build();
    private final Address address;
    private final String token;
    private final Clock clock;
    private final Timer timer;

    RestApi(Address address, String token, Clock clock, Timer timer) {
        this.address = address;
        this.token = token;
        this.clock = clock;
        this.timer = timer;
    }

    /**
     * Sends a request, again if need be.
     *
     * @return an answer that says success, that a key is absent, or that the request asks for too much
     * @throws StorageUnavailableException if the service can't or won't answer; nothing was changed
     * @throws StorageTimeoutException if a read has taken too long
     * @throws UnknownOutcomeException if a write may have happened
     * @throws InvalidValueException if the service finds fault with what was sent
     */
    Reply send(Request request) {
        long end = timer.nanos() + address.timeout().toNanos();
        boolean ambiguous = false;
        for (int attempt = 1; ; attempt++) {
            Duration pause = (request.writes() ? KEY_PAUSE : FIRST_PAUSE).multipliedBy(1L << (attempt - 1));
            Exception broken = null;
            String trouble;
            try {
                Reply reply = exchange(request, Duration.ofNanos(end - timer.nanos()));
                if (reply.throttled()) {
                    trouble = "the service asks to wait, because requests come too fast";
                    pause = reply.retryAfter(clock).orElse(pause);
                } else if (reply.passing() || (reply.ok() && request.enveloped() && !answered(reply))) {
                    trouble = reply.passing()
                            ? "the service answered with HTTP " + reply.status()
                            : "the answer is not of the form that it has to have";
                    ambiguous = true;
                } else {
                    return checked(request, reply);
                }
            } catch (IOException e) {
                broken = e;
                trouble = certain(e) ? "the service can't be reached" : "the connection broke";
                ambiguous |= !certain(e);
            } catch (TimeoutException e) {
                throw timedOut(request, e);
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

    private static boolean answered(Reply reply) {
        return reply.success() || reply.failure();
    }

    /** Whether nothing has been sent. */
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
        // The client's own time limit ends with the headers; this one covers the body too.
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(http.build(), BodyHandlers.ofByteArray());
        try {
            return Reply.of(answer.get(Math.max(1, left.toNanos()), TimeUnit.NANOSECONDS), request.enveloped());
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

    private Reply checked(Request request, Reply reply) {
        if ((reply.ok() && !reply.failure()) || reply.keyAbsent() || (reply.tooLarge() && request.body() != null)) {
            return reply;
        }
        String said = "HTTP " + reply.status() + ", codes " + reply.codes();
        throw switch (reply.status()) {
            case 401, 403 ->
                unavailable(
                        request,
                        "the service refuses the token (" + said + "); see that " + address.tokenVariable()
                                + " has one that may use KV storage of this account");
            case 404 -> unavailable(request, "the service knows no such namespace (" + said + "); look at the URI");
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

    /** Ends the threads of the client where the JDK lets it; else they end when nobody has the client any more. */
    void close() {
        if ((Object) client instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException("The HTTP client can't be closed", e);
            }
        }
    }
}
