package io.storeway.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class EnginesTest {

    @Test
    void eachTestGetsADatabaseOfItsOwn() throws SQLException {
        String first = Engines.postgres().newDatabase();
        String second = Engines.postgres().newDatabase();

        try (Connection connection = DriverManager.getConnection(first);
                Statement statement = connection.createStatement()) {
            statement.execute("create table only_here (id int)");
        }
        try (Connection connection = DriverManager.getConnection(second);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select to_regclass('only_here') is null")) {
            assertThat(result.next()).isTrue();
            assertThat(result.getBoolean(1)).isTrue();
        }
    }

    @Test
    void redisAnswers() throws IOException {
        URI uri = URI.create(Engines.redis().uri());

        assertThat(reply(uri.getPort(), "PING\r\n")).startsWith("+PONG");
    }

    @Test
    void theClusterServesAllSlots() throws IOException {
        String nodes = Engines.redisCluster().uri();
        int port = Integer.parseInt(nodes.substring(nodes.lastIndexOf(':') + 1));

        assertThat(reply(port, "CLUSTER INFO\r\n")).contains("cluster_state:ok", "cluster_slots_ok:16384");
    }

    @Test
    void anEngineThatDoesNotStartSkipsTheTestWithTheReason() {
        assertThatThrownBy(() -> Engines.running("broken", "a:b", () -> {
                    throw new EngineFailure(new IOException("no such binary"));
                }))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("broken doesn't run on this machine")
                .hasMessageContaining("no such binary");
    }

    @Test
    void anEngineThatIsRequiredFailsTheTest() {
        System.setProperty("storeway.engines.required", "postgres, mariadb");
        try {
            assertThatThrownBy(() -> Engines.running("mariadb", "a:b", () -> {
                        throw new EngineFailure(new IOException("no such binary"));
                    }))
                    .isInstanceOf(AssertionError.class)
                    .isNotInstanceOf(TestAbortedException.class);
        } finally {
            System.clearProperty("storeway.engines.required");
        }
    }

    @Test
    void aMissingJarIsNamed() {
        assertThatThrownBy(() -> Engines.running("broken", "group:artifact", () -> {
                    throw new NoClassDefFoundError("Some");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("group:artifact");
    }

    private static String reply(int port, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(command.getBytes(StandardCharsets.UTF_8));
            InputStream input = socket.getInputStream();
            byte[] buffer = new byte[8192];
            int length = input.read(buffer);
            return new String(buffer, 0, length, StandardCharsets.UTF_8);
        }
    }

    @Test
    void anUnknownRequiredEngineIsAnError() {
        System.setProperty("storeway.engines.required", "redis,postgresql");
        try {
            assertThatThrownBy(() -> Engines.running("redis", "a:b", () -> "runs"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("names postgresql")
                    .hasMessageContaining("postgres, redis, redis-cluster");
        } finally {
            System.clearProperty("storeway.engines.required");
        }
    }
}
