package io.storeway.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a driver and its server, and loses a request or an answer together with the connection. */
final class CutProxy implements AutoCloseable {

    private enum Fault {
        NONE,
        REQUEST,
        ANSWER,
        SILENCE
    }

    private final int target;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Fault fault = Fault.NONE;
    private final AtomicInteger passing = new AtomicInteger();

    CutProxy(int target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** So many things that clients send arrive; the next one is lost, and its connection is cut. */
    void cutRequestAfter(int requests) {
        passing.set(requests);
        fault = Fault.REQUEST;
    }

    /** So many answers arrive; the next one is lost, and its connection is cut. */
    void cutAnswerAfter(int answers) {
        passing.set(answers);
        fault = Fault.ANSWER;
    }

    /** Whether a cut is still to come. */
    boolean pending() {
        return fault != Fault.NONE;
    }

    /** From now on answers are lost while the connections stay open. */
    void silence() {
        fault = Fault.SILENCE;
    }

    void heal() {
        fault = Fault.NONE;
    }

    /** Ends all connections, as the death of a server does. */
    void cutAll() {
        sockets.forEach(CutProxy::reset);
        sockets.clear();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException closed) {
                cutAll();
            }
        }
    }

    private void connect(Socket client) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(client);
            sockets.add(server);
            threads.execute(() -> pump(client, server, Fault.REQUEST));
            threads.execute(() -> pump(server, client, Fault.ANSWER));
        } catch (IOException noServer) {
            reset(client);
        }
    }

    private void pump(Socket from, Socket to, Fault cutsHere) {
        byte[] buffer = new byte[65_536];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (fault == cutsHere && passing.getAndDecrement() == 0) {
                    fault = Fault.NONE;
                    break;
                }
                if (fault != Fault.SILENCE || cutsHere == Fault.REQUEST) {
                    out.write(buffer, 0, length);
                    out.flush();
                }
            }
        } catch (IOException ended) {
            sockets.remove(from);
        } finally {
            reset(from);
            reset(to);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closed) {
            // It is closed, which is what was wanted.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            cutAll();
            threads.shutdownNow();
        }
    }
}
