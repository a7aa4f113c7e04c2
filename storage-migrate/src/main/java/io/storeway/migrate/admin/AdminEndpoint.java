package io.storeway.migrate.admin;

import com.sun.net.httpserver.HttpServer;
import io.storeway.migrate.Migration;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.internal.Threads;
import io.storeway.migrate.routing.StageControl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Serves a migration over HTTP, by the JDK's own server:
 *
 * <ul>
 *   <li>{@code GET /status}: where the migration stands, as JSON
 *   <li>{@code GET /metrics}: the same as numbers, in Prometheus' text format
 *   <li>{@code POST /run}, {@code /verify}: start a backfill or a comparison; 202, or 409 while another one is at work
 *   <li>{@code POST /pause}, {@code /resume}: a backfill stops after its page and goes on there; a routed migration is frozen
 *       and unfrozen
 *   <li>{@code POST /rollback}: a routed migration goes one stage back; otherwise 409
 * </ul>
 *
 * <p>A POST may have a form of at most 4,096 bytes with {@code by} and {@code reason}, which routed migrations record. Errors
 * are JSON with the member {@code error}.
 *
 * <p>Every request needs {@code Authorization: Bearer TOKEN}. Without a token the endpoint binds to a loopback address only, and
 * refuses requests that a browser sends for another page. It speaks no TLS: for access from other machines put a proxy in front.
 *
 * <p>Thread-safe. Works on threads of its own, which {@link #close} ends.
 */
public final class AdminEndpoint implements AutoCloseable {

    private static final int THREADS = 4;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Jobs jobs;

    private AdminEndpoint(HttpServer server, ExecutorService threads, Jobs jobs) {
        this.server = server;
        this.threads = threads;
        this.jobs = jobs;
    }

    /**
     * Begins to build the endpoint of a migration without stages.
     *
     * @param migration builds the migration with the given listener, by which the endpoint pauses a run
     */
    public static Builder of(Function<ProgressListener, Migration> migration) {
        return new Builder(new AtRest(migration));
    }

    /** Begins to build the endpoint of a routed migration. */
    public static Builder of(StageControl control) {
        return new Builder(new Routed(control));
    }

    /** The settings of an endpoint; not thread-safe. */
    public static final class Builder {
        private static final int SHORTEST_TOKEN = 16;

        private final Steered steered;
        private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private @Nullable String token;

        private Builder(Steered steered) {
            this.steered = steered;
        }

        /** The address to listen at; by default a loopback address and a free port. */
        public Builder at(InetSocketAddress listening) {
            this.address = listening;
            return this;
        }

        /**
         * The token that every request has to carry.
         *
         * @throws IllegalArgumentException if it has less than 16 characters, or any but visible ASCII
         */
        public Builder token(String secret) {
            if (secret.length() < SHORTEST_TOKEN || !secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException(
                        "A token has at least " + SHORTEST_TOKEN + " visible ASCII characters");
            }
            this.token = secret;
            return this;
        }

        /**
         * Starts to listen.
         *
         * @throws IllegalStateException if there is no token and the address is not a loopback address
         * @throws UncheckedIOException if the address can't be bound
         */
        public AdminEndpoint start() {
            InetAddress host = address.getAddress();
            if (token == null && (host == null || !host.isLoopbackAddress())) {
                throw new IllegalStateException(
                        "Without a token the endpoint binds to a loopback address alone, not to "
                                + address.getHostString() + "; give it a token");
            }
            Jobs jobs = new Jobs();
            ExecutorService threads = Executors.newFixedThreadPool(THREADS, Threads.daemons("storeway-admin"));
            try {
                HttpServer server = HttpServer.create(address, 0);
                server.setExecutor(threads);
                server.createContext("/", new AdminHandler(new Access(token), new Actions(steered, jobs)));
                server.start();
                return new AdminEndpoint(server, threads, jobs);
            } catch (IOException e) {
                threads.shutdown();
                jobs.close();
                throw new UncheckedIOException("The address " + address + " can't be bound; is it in use?", e);
            }
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Stops listening, and pauses a run after its page. Returns when all threads of the endpoint have ended. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
        jobs.pause();
        Threads.awaitEnd(threads);
        jobs.close();
    }
}
