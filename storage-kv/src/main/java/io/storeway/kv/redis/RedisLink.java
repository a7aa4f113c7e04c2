package io.storeway.kv.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.PartitionException;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The connection to a server or a cluster, which is made again automatically, and the translation of its failures. A command that has
 * certainly not run is sent again until the time of the call is over, and so is a read without an answer. A write that may have run is
 * never sent again. Thread-safe.
 */
final class RedisLink implements AutoCloseable {

    private static final int REQUEST_QUEUE = 100_000;
    private static final long PAUSE_NANOS = 5_000_000;
    private static final Duration LONGEST_RECONNECT_PAUSE = Duration.ofMillis(500);

    /** The begin of Lettuce's message about a command that it hasn't sent. */
    private static final String NOT_SENT = "Currently not connected";

    /** The answers of servers that aren't ready; nothing was done then. */
    private static final List<String> NOT_READY = List.of("LOADING", "CLUSTERDOWN", "TRYAGAIN", "MASTERDOWN", "BUSY ");

    private static final Pattern CODE = Pattern.compile("\\b(?!ERR\\b)[A-Z]{3,}\\b");

    /** Something to send. */
    interface Command<R> {
        CompletionStage<R> send(RedisClusterAsyncCommands<byte[], byte[]> commands);
    }

    private final RedisAddress address;
    private final SilentChannels channels = new SilentChannels();
    private final ClientResources resources;
    private final AbstractRedisClient client;
    private final StatefulConnection<byte[], byte[]> connection;
    private final RedisClusterAsyncCommands<byte[], byte[]> commands;
    private final AtomicLong disconnections = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Connects.
     *
     * @throws StorageUnavailableException if the server can't be reached or refuses the client
     */
    RedisLink(RedisAddress address) {
        this.address = address;
        this.resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .nettyCustomizer(channels)
                .reconnectDelay(
                        Delay.exponential(Duration.ofMillis(1), LONGEST_RECONNECT_PAUSE, 2, TimeUnit.MILLISECONDS))
                .build();
        this.client = address.cluster() ? cluster() : single();
        client.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(io.lettuce.core.RedisChannelHandler<?, ?> connection) {
                disconnections.incrementAndGet();
            }
        });
        try {
            this.connection = connect();
            this.commands = commands(connection);
        } catch (RedisException e) {
            stop();
            throw unavailable("open", "The server can't be reached, or refuses the connection", e);
        }
    }

    private RedisClient single() {
        RedisClient single = RedisClient.create(resources, address.nodes().get(0));
        single.setOptions(options(ClientOptions.builder()).build());
        return single;
    }

    private RedisClusterClient cluster() {
        RedisClusterClient cluster = RedisClusterClient.create(resources, address.nodes());
        ClusterClientOptions.Builder builder = ClusterClientOptions.builder();
        options(builder);
        cluster.setOptions(builder.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .adaptiveRefreshTriggersTimeout(Duration.ofSeconds(1))
                        .enablePeriodicRefresh(Duration.ofSeconds(30))
                        .build())
                .build());
        return cluster;
    }

    private <B extends ClientOptions.Builder> B options(B builder) {
        builder.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(REQUEST_QUEUE)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(address.timeout())
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(10))
                                .interval(Duration.ofSeconds(5))
                                .count(3)
                                .build())
                        .build());
        return builder;
    }

    private StatefulConnection<byte[], byte[]> connect() {
        return client instanceof RedisClusterClient cluster
                ? cluster.connect(ByteArrayCodec.INSTANCE)
                : ((RedisClient) client).connect(ByteArrayCodec.INSTANCE);
    }

    private static RedisClusterAsyncCommands<byte[], byte[]> commands(StatefulConnection<byte[], byte[]> connection) {
        return connection instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster
                ? cluster.async()
                : ((StatefulRedisConnection<byte[], byte[]>) connection).async();
    }

    /** Opens a further connection, for messages. */
    StatefulRedisPubSubConnection<byte[], byte[]> messages() {
        requireOpen("subscribe");
        try {
            return client instanceof RedisClusterClient cluster
                    ? cluster.connectPubSub(ByteArrayCodec.INSTANCE)
                    : ((RedisClient) client).connectPubSub(ByteArrayCodec.INSTANCE);
        } catch (RedisException e) {
            throw unavailable("subscribe", "The server can't be reached, or refuses the connection", e);
        }
    }

    /** How often a connection was lost. A walk through the keys of a server can't go on after that. */
    long disconnections() {
        return disconnections.get();
    }

    /** Sends a command that changes nothing and returns the answer. */
    <R> R read(String operation, Command<R> command) {
        return call(operation, command, false, end());
    }

    /** Sends a command that changes something and returns the answer. */
    <R> R write(String operation, Command<R> command) {
        return call(operation, command, true, end());
    }

    /**
     * Sends a command without waiting for its answer.
     *
     * @throws StorageUnavailableException if it can't be sent
     */
    <R> void send(String operation, Command<R> command) {
        requireOpen(operation);
        CompletableFuture<R> answer = command.send(commands).toCompletableFuture();
        if (answer.isCompletedExceptionally()) {
            throw unavailable(operation, "The server can't be reached", null);
        }
    }

    private long end() {
        return System.nanoTime() + address.timeout().toNanos();
    }

    private <R> R call(String operation, Command<R> command, boolean writes, long end) {
        while (true) {
            requireOpen(operation);
            RuntimeException failure;
            try {
                return answer(command.send(commands).toCompletableFuture(), end);
            } catch (TimeoutException e) {
                channels.close(address.timeout().dividedBy(2));
                String message = "No answer within " + address.timeout().toMillis() + " ms";
                throw writes
                        ? new UnknownOutcomeException(message, context(operation), e)
                        : new StorageTimeoutException(message, context(operation), e);
            } catch (RedisNoScriptException e) {
                for (Script script : Script.values()) {
                    call(operation, loading -> loading.scriptLoad(script.text()), false, end);
                }
                continue;
            } catch (RedisCommandExecutionException e) {
                failure = e;
                if (NOT_READY.stream().noneMatch(String.valueOf(e.getMessage())::startsWith)) {
                    throw refused(operation, e);
                }
            } catch (RedisException | CancellationException e) {
                failure = e;
                if (writes && !notSent(e)) {
                    throw new UnknownOutcomeException(
                            "The connection was lost before the answer came", context(operation), e);
                }
            }
            if (System.nanoTime() >= end - PAUSE_NANOS || Thread.currentThread().isInterrupted()) {
                throw unavailable(operation, "The server can't be reached, or is not ready", failure);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Waits for an answer. An interruption is kept for later, since it can't undo the command. */
    private static <R> R answer(Future<R> future, long end) throws TimeoutException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw causeOf(e);
                } catch (TimeoutException e) {
                    future.cancel(false);
                    throw e;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException causeOf(Throwable wrapped) {
        Throwable cause = wrapped;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof RuntimeException failure ? failure : new RedisException(cause);
    }

    private static boolean notSent(RuntimeException e) {
        return e instanceof RedisConnectionException
                || e instanceof PartitionException
                || (e instanceof RedisException
                        && String.valueOf(e.getMessage()).startsWith(NOT_SENT));
    }

    /** A refusal of the server, with only the code of its answer, since the rest may contain data of the application. */
    private StorageUnavailableException refused(String operation, RedisCommandExecutionException e) {
        Matcher codes = CODE.matcher(String.valueOf(e.getMessage()));
        String code = codes.find() ? codes.group() : "ERR";
        String hint = code.equals("MOVED") ? "; it belongs to a cluster, open it with redis+cluster://" : "";
        return unavailable(operation, "The server refused the command: " + code + hint, null);
    }

    private StorageUnavailableException unavailable(String operation, String message, @Nullable Throwable cause) {
        return new StorageUnavailableException(message, context(operation), cause);
    }

    ErrorContext context(String operation) {
        return new ErrorContext(operation, address.name(), null, null);
    }

    void requireOpen(String operation) {
        if (closed.get()) {
            throw new StorageClosedException("The store is closed", context(operation), null);
        }
    }

    /** Closes the connections and ends the threads. Closing again does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            connection.close();
            stop();
        }
    }

    private void stop() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
