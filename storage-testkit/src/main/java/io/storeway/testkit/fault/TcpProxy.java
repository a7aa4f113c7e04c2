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
 * A TCP proxy between a client and a server on this machine, with network faults on demand. A fault holds for all connections,
 * including open ones, until {@link #heal()}. Thread-safe.
 *
 * <pre>{@code
 * try (TcpProxy proxy = TcpProxy.before("localhost", serverPort)) {
 *     connectTo(proxy.port());
 *     proxy.cutBefore("COMMIT"); // The commit is lost, and its connection is cut.
 * }
 * }</pre>
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
    private volatile NetworkFaults faults = NetworkFaults.NONE;

    private TcpProxy(InetSocketAddress server, ServerSocket listener) {
        this.server = server;
        this.listener = listener;
        this.port = listener.getLocalPort();
        this.accepting = CompletableFuture.runAsync(() -> accept(listener), threads);
    }

    /** Starts a proxy for the server, on a free port of the loopback address. */
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

    /** The port for clients, on the loopback address. */
    public int port() {
        return port;
    }

    /** How many connections there have been. */
    public long connections() {
        return connections.get();
    }

    /** How often a client sent data first, or after its server did. What it sends at once may be several commands. */
    public long roundTrips() {
        return roundTrips.get();
    }

    /** Delays every piece of data, in both directions. */
    public void latency(Duration each) {
        faults = faults.withLatency(each);
    }

    /** Discards what clients send; connections stay open. */
    public void swallowRequests() {
        faults = faults.withSwallowed(true, faults.swallowReplies());
    }

    /** Discards what the server sends; connections stay open. So acknowledgements are lost. */
    public void swallowReplies() {
        faults = faults.withSwallowed(faults.swallowRequests(), true);
    }

    /** Cuts each connection after so many bytes from the client, counted from its start; the rest is lost. */
    public void cutAfterRequestBytes(long bytes) {
        faults = faults.withCut(bytes, faults.replyBytes());
    }

    /** Cuts each connection after so many bytes from the server, counted from its start; the rest is lost. */
    public void cutAfterReplyBytes(long bytes) {
        faults = faults.withCut(faults.requestBytes(), bytes);
    }

    /** Cuts a connection instead of sending a request that contains the text, for example {@code COMMIT}. */
    public void cutBefore(String text) {
        faults = faults.withTrigger(text.getBytes(StandardCharsets.UTF_8), false);
    }

    /** Sends a request that contains the text, then discards the answer of the server and cuts the connection. */
    public void cutAfter(String text) {
        faults = faults.withTrigger(text.getBytes(StandardCharsets.UTF_8), true);
    }

    /**
     * Lets so many requests pass, on all connections together; the next one is lost, and its connection is cut. A request is what
     * a client sends until its server answers. This happens once; later connections are served. With 0, 1, 2 and so on a test
     * cuts its work at every place, until one cut does not happen any more:
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
        // The kernel accepts connections until the thread in accept() has returned.
        accepting.join();
        reset();
    }

    /** Ends all faults. Connections that lost data are reset, because they can't be used any more. */
    public void heal() {
        boolean lossy = !faults.equals(faults.withSwallowed(false, false));
        faults = NetworkFaults.NONE;
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
                Link link = new Link(client, upstream, () -> faults, roundTrips, requests, replies);
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
