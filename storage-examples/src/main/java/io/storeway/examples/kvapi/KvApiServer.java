package io.storeway.examples.kvapi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Serves the REST API, and a page to try it, on a port of this machine. */
public final class KvApiServer implements AutoCloseable {

    private static final String ROOT = "/api/v1/kv";
    private static final int THREADS = 16;

    static {
        // The JDK's server sends an answer in two packets. Without this option the second one waits for the
        // acknowledgement
        // of the first, which clients delay by 40 ms.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    private final HttpServer server;
    private final ExecutorService threads;

    private KvApiServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts serving a store. The caller closes the store, after the server.
     *
     * @param port the port, or 0 for a free one
     * @param clock judges expiry
     * @param allowedOrigin the origin whose pages may use the API, {@code *} for all, or null for its own origin only
     */
    public static KvApiServer start(
            KeyValueStore store, Clock clock, int port, @Nullable String allowedOrigin, System.Logger log)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        server.setExecutor(threads);
        server.createContext("/", KvApiServer::page);
        server.createContext(ROOT, new ApiHandler(ROOT, new KvApi(store, clock), allowedOrigin, log));
        server.start();
        return new KvApiServer(server, threads);
    }

    private static void page(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream page = KvApiServer.class.getResourceAsStream("page.html")) {
            if (page == null || !exchange.getRequestURI().getPath().equals("/")) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] html = page.readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, html.length);
            exchange.getResponseBody().write(html);
        }
    }

    /** The URI of the API. */
    public URI root() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + ROOT);
    }

    /** Stops the server and ends its threads. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
