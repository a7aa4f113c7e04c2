package io.storeway.testkit.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server on this machine and breaks the network between them. What is set holds for all
 * connections, those that are open included, until {@link #heal()}. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

    private final InetSocketAddress server;
    private final int port;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "tcp-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong roundTrips = new AtomicLong();
    private final Countdown requests = new Countdown();
    private final Countdown replies = new Countdown();
    private volatile @Nullable ServerSocket listener;
    private volatile CompletableFuture<Void> accepting;
    private volatile Weather weather = Weather.FINE;

    private TcpProxy(InetSocketAddress server, ServerSocket listener) {
        this.server = server;
        this.listener = listener;
        this.port = listener.getLocalPort();
        this.accepting = CompletableFuture.runAsync(() -> accept(listener), threads);
    }

    /** A proxy before the server, on a free port of the loopback address. */
    public static TcpProxy before(String host, int port) {
        return new TcpProxy(new InetSocketAddress(host, port), listen(0));
    }

    private static ServerSocket listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException("The proxy can't listen on port " + port, e);
        }
    }

    /** Where clients connect, on the loopback address. */
    public int port() {
        return port;
    }

    /** How many connections there have been. */
    public long connections() {
        return connections.get();
    }

    /** How often a client has spoken first, or after its server; what it sends at once may still be several commands. */
    public long roundTrips() {
        return roundTrips.get();
    }

    /** Every piece of data arrives so much later. */
    public void latency(Duration each) {
        weather = weather.withLatency(each);
    }

    /** What clients send is swallowed, connections stay open. */
    public void swallowRequests() {
        weather = weather.withSwallowed(true, weather.swallowReplies());
    }

    /** What the server sends is swallowed, connections stay open: a lost acknowledgement. */
    public void swallowReplies() {
        weather = weather.withSwallowed(weather.swallowRequests(), true);
    }

    /** A connection is cut when clients have sent so many bytes on it, counted from its start; the rest is lost. */
    public void cutAfterRequestBytes(long bytes) {
        weather = weather.withCut(bytes, weather.replyBytes());
    }

    /** A connection is cut when the server has sent so many bytes on it, counted from its start; the rest is lost. */
    public void cutAfterReplyBytes(long bytes) {
        weather = weather.withCut(weather.requestBytes(), bytes);
    }

    /** A connection is cut instead of sending a piece of data in which the text occurs, for example {@code COMMIT}. */
    public void cutBefore(String text) {
        weather = weather.withTrigger(text.getBytes(StandardCharsets.UTF_8), false);
    }

    /** When a piece of data with the text has been sent, the server's answer is swallowed and the connection is cut. */
    public void cutAfter(String text) {
        weather = weather.withTrigger(text.getBytes(StandardCharsets.UTF_8), true);
    }

    /**
     * So many requests pass, on all connections together; the next one is lost, and its connection is cut. A request is what
     * a client sends until its server answers. It happens once: connections that are opened afterwards are served. With 0, 1, 2
     * and so on a test cuts its work at every place, until one cut does not happen:
     *
     * <pre>{@code
     * boolean happened = true;
     * for (int passing = 0; happened; passing++) {
     *     proxy.cutAfterRequests(passing);
     *     work();
     *     happened = !proxy.cutPending();
     *     proxy.heal();
     * }
     * }</pre>
     */
    public void cutAfterRequests(int passing) {
        requests.start(passing);
    }

    /** As {@link #cutAfterRequests} for replies: the server has done what it was asked. */
    public void cutAfterReplies(int passing) {
        replies.start(passing);
    }

    /** Whether a cut of {@link #cutAfterRequests} or {@link #cutAfterReplies} is still to come. */
    public boolean cutPending() {
        return requests.running() || replies.running();
    }

    /** Resets all open connections (RST). New ones are served. */
    public void reset() {
        links.forEach(Link::reset);
    }

    /** Resets all connections and refuses new ones, as a dead server does. */
    public void refuse() {
        ServerSocket open = listener;
        listener = null;
        close(open);
        // The kernel serves the port until the thread that waits there has left.
        accepting.join();
        reset();
    }

    /** Ends all faults. Connections that lost data are reset, since nothing sensible can follow on them. */
    public void heal() {
        boolean lossy = !weather.equals(weather.withSwallowed(false, false));
        weather = Weather.FINE;
        requests.stop();
        replies.stop();
        if (lossy) {
            reset();
        }
        if (listener == null) {
            ServerSocket again = listen(port);
            listener = again;
            accepting = CompletableFuture.runAsync(() -> accept(again), threads);
        }
    }

    /** Ends the proxy and all connections. */
    @Override
    public void close() {
        refuse();
        threads.shutdownNow();
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                connections.incrementAndGet();
                Socket upstream = new Socket();
                Link link = new Link(client, upstream, () -> weather, roundTrips, requests, replies);
                links.add(link);
                threads.execute(() -> {
                    link.run(server, threads);
                    links.remove(link);
                });
            } catch (IOException e) {
                close(socket);
            }
        }
    }

    private static void close(@Nullable ServerSocket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The proxy's socket can't be closed", e);
        }
    }
}
