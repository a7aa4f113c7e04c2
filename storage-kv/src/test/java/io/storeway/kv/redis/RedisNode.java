package io.storeway.kv.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** A server of a test's own, which can be killed and started again on the same port with the same file. */
final class RedisNode implements AutoCloseable {

    /** Held here, or the level would be forgotten: broken connections are what such a server is for. */
    private static final Logger LETTUCE = Logger.getLogger("io.lettuce");

    static {
        LETTUCE.setLevel(Level.OFF);
    }

    private static final int TO_BUS_PORT = 10_000;
    private static final int LAST_PORT = 65_535;

    private final Path folder;
    private final int port;
    private final String[] settings;
    private RedisServer server;

    RedisNode(Path folder, String... settings) {
        this.folder = folder;
        this.settings = settings;
        port = freePort();
        server = start();
    }

    /** A port that is free, as is the one that a node of a cluster takes beside it. */
    private static int freePort() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0)) {
                int found = socket.getLocalPort();
                if (found + TO_BUS_PORT <= LAST_PORT && isFree(found + TO_BUS_PORT)) {
                    return found;
                }
            } catch (IOException e) {
                throw new UncheckedIOException("No port is free", e);
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private RedisServer start() {
        try {
            RedisServerBuilder builder = RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("dir " + folder)
                    .setting("pidfile " + folder.resolve("redis.pid"))
                    .setting("save \"\"");
            for (String setting : settings) {
                builder.setting(setting);
            }
            RedisServer started = builder.build();
            started.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("Redis doesn't start", e);
        }
    }

    int port() {
        return port;
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** Kills it, as {@code kill -9} does. */
    void kill() {
        try {
            long pid =
                    Long.parseLong(Files.readString(folder.resolve("redis.pid")).strip());
            ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
        } catch (IOException e) {
            throw new UncheckedIOException("The process is not known", e);
        }
    }

    void startAgain() {
        server = start();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException("Redis doesn't stop", e);
        }
    }
}
