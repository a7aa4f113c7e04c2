package io.storeway.examples.bookstrack;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A local stand-in for the book service, with faults on demand. */
final class LocalBooksApi implements AutoCloseable {

    /** What is wrong with the answers. */
    enum Fault {
        /** Nothing. */
        NONE,
        /** No answer until the fault ends. */
        HANGS,
        /** Status 500. */
        FAILS,
        /** Half of a JSON text. */
        TRUNCATED,
        /** Another book than the one asked for. */
        WRONG_BOOK
    }

    /** A fault, and a latch that opens when it ends. */
    private record Active(Fault fault, CountDownLatch over) {}

    private final Map<String, String> volumes;
    private final LocalServer server = new LocalServer();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Active active = new Active(Fault.NONE, new CountDownLatch(1));

    /** Serves the given JSON texts, by ISBN. */
    LocalBooksApi(Map<String, String> volumes) throws IOException {
        this.volumes = volumes;
        server.serve("/volumes", this::answer);
    }

    URI uri() {
        return server.uri();
    }

    /** Begins a fault and ends the previous one. */
    void begin(Fault fault) {
        Active before = active;
        active = new Active(fault, new CountDownLatch(1));
        before.over.countDown();
    }

    /** How many requests have come. */
    int requests() {
        return requests.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        String query = exchange.getRequestURI().getRawQuery();
        String isbn = URLDecoder.decode(query.substring("isbn=".length()), StandardCharsets.UTF_8);
        String volume = volumes.get(isbn);
        Active now = active;
        switch (now.fault) {
            case NONE -> LocalServer.reply(exchange, volume == null ? 404 : 200, volume == null ? "{}" : volume);
            case HANGS -> {
                await(now.over);
                exchange.close();
            }
            case FAILS -> LocalServer.reply(exchange, 500, "{\"error\":\"backend\"}");
            case TRUNCATED -> LocalServer.reply(exchange, 200, "{\"isbn\":\"" + isbn + "\",\"title\":\"Tru");
            case WRONG_BOOK ->
                LocalServer.reply(exchange, 200, "{\"isbn\":\"9780000000002\",\"title\":\"Another book\"}");
        }
    }

    private static void await(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        active.over.countDown();
        server.close();
    }
}
