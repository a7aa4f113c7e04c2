package io.storeway.testkit.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** One connection through a {@link TcpProxy}. */
final class Link {

    private static final int BUFFER = 65_536;

    private final Socket client;
    private final Socket upstream;
    private final Supplier<NetworkFaults> faults;
    private final AtomicLong roundTrips;
    private final Countdown requests;
    private final Countdown replies;
    /** Whether the server sent data last, so that the next data of the client begins a request. */
    private final AtomicBoolean answered = new AtomicBoolean(true);
    /** Whether a request with the trigger was sent, so that its answer must not arrive. */
    private volatile boolean muted;

    Link(
            Socket client,
            Socket upstream,
            Supplier<NetworkFaults> faults,
            AtomicLong roundTrips,
            Countdown requests,
            Countdown replies) {
        this.client = client;
        this.upstream = upstream;
        this.faults = faults;
        this.roundTrips = roundTrips;
        this.requests = requests;
        this.replies = replies;
    }

    /** Connects and carries data both ways until both sides have ended. */
    void run(InetSocketAddress server, Executor threads) {
        try {
            upstream.connect(server);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            CompletableFuture<Void> back = CompletableFuture.runAsync(() -> pump(upstream, client, false), threads);
            pump(client, upstream, true);
            back.join();
            upstream.close();
            client.close();
        } catch (IOException | RejectedExecutionException e) {
            reset();
        }
    }

    private void pump(Socket from, Socket to, boolean request) {
        byte[] data = new byte[BUFFER];
        long carried = 0;
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(data); read >= 0; read = in.read(data)) {
                if (!pass(data, read, carried, out, request)) {
                    reset();
                    return;
                }
                carried += read;
            }
            to.shutdownOutput();
        } catch (IOException e) {
            reset();
        }
    }

    /** Sends a piece of data on, as far as the faults let it; false if they cut the connection here. */
    private boolean pass(byte[] data, int length, long carried, OutputStream out, boolean request) throws IOException {
        NetworkFaults now = faults.get();
        boolean first = answered.getAndSet(!request) == request;
        if (first && request) {
            roundTrips.incrementAndGet();
        }
        LockSupport.parkNanos(now.latency().toNanos());
        boolean triggered = request && now.triggered(data, length);
        if ((first && (request ? requests : replies).ends()) || (triggered && !now.triggerSends())) {
            return false;
        }
        muted |= triggered;
        if (muted && !request) {
            return false;
        }
        long left = Math.min(length, now.limit(request) - carried);
        if (!now.swallows(request)) {
            out.write(data, 0, (int) Math.max(0, left));
            out.flush();
        }
        return left >= length;
    }

    /** Ends both sides with RST. */
    void reset() {
        for (Socket socket : new Socket[] {client, upstream}) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                // The socket is closed already, which is what was wanted.
            }
        }
    }
}
