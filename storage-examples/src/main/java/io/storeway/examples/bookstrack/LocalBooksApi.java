package io.storeway.examples.bookstrack;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A book service on this machine in place of the one on the internet, which misbehaves when it is told to. */
final class LocalBooksApi implements AutoCloseable {

    /** What is wrong with the service. */
    enum Fault {
        /** Nothing. */
        NONE,
        /** It answers when the fault is over. */
        HANGS,
        /** It answers with status 500. */
        FAILS,
        /** It answers with half of a JSON text. */
        TRUNCATES,
        /** It answers with another book. */
        CONFUSES
    }

    private record Mood(Fault fault, CountDownLatch over) {}

    private final Map<String, String> volumes;
    private final LocalServer server = new LocalServer();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Mood mood = new Mood(Fault.NONE, new CountDownLatch(1));

    /** Serves these JSON texts, by ISBN. */
    LocalBooksApi(Map<String, String> volumes) throws IOException {
        this.volumes = volumes;
        server.serve("/volumes", this::answer);
    }

    URI uri() {
        return server.uri();
    }

    /** Begins a fault, and ends the one before. */
    void begin(Fault fault) {
        Mood before = mood;
        mood = new Mood(fault, new CountDownLatch(1));
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
        Mood now = mood;
        switch (now.fault) {
            case NONE -> LocalServer.reply(exchange, volume == null ? 404 : 200, volume == null ? "{}" : volume);
            case HANGS -> {
                await(now.over);
                exchange.close();
            }
            case FAILS -> LocalServer.reply(exchange, 500, "{\"error\":\"backend\"}");
            case TRUNCATES -> LocalServer.reply(exchange, 200, "{\"isbn\":\"" + isbn + "\",\"title\":\"Tru");
            case CONFUSES ->
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
        mood.over.countDown();
        server.close();
    }
}
