package io.storeway.testkit.engine;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import redis.embedded.RedisServer;
import redis.embedded.RedisShardedCluster;

/** Redis from the binaries in the jar. */
final class Redis {

    private static final int DATABASES = 10_000;

    static final Once<RedisServers> NODE = new Once<>(() -> {
        int port = freePort();
        Path directory = Files.createTempDirectory("storeway-redis");
        directory.toFile().deleteOnExit();
        RedisServer server = RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("dir " + directory)
                .setting("save \"\"")
                .setting("databases " + DATABASES)
                .build();
        server.start();
        stopAtExit(server);
        return new RedisServers("redis://127.0.0.1:" + port, "/");
    });

    static final Once<RedisServers> CLUSTER = new Once<>(() -> {
        RedisShardedCluster cluster = RedisShardedCluster.newRedisCluster()
                .ephemeral()
                .shard("first", 0)
                .shard("second", 0)
                .shard("third", 0)
                .build();
        cluster.start();
        stopAtExit(cluster);
        String nodes = cluster.serverPorts().stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(",", "redis+cluster://", ""));
        return new RedisServers(nodes, "/test");
    });

    private Redis() {}

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void stopAtExit(redis.embedded.Redis server) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                server.stop();
            } catch (IOException e) {
                throw new IllegalStateException("Redis doesn't stop", e);
            }
        }));
    }
}
