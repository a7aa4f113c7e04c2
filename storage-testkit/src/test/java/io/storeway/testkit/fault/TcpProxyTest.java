package io.storeway.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {

    private final ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
    private ServerSocket server;
    private TcpProxy proxy;

    TcpProxyTest() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = TcpProxy.before(server.getInetAddress().getHostAddress(), server.getLocalPort());
    }

    /** A server that answers each message with the same in angle brackets. */
    @BeforeEach
    void serve() {
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread one = new Thread(() -> echo(socket));
                    one.setDaemon(true);
                    one.start();
                } catch (IOException e) {
                    return;
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void echo(Socket socket) {
        byte[] data = new byte[100];
        try (socket) {
            for (int read = socket.getInputStream().read(data);
                    read > 0;
                    read = socket.getInputStream().read(data)) {
                String message = new String(data, 0, read, StandardCharsets.UTF_8);
                received.add(message);
                socket.getOutputStream().write(("<" + message + ">").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            received.add("cut");
        }
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String ask(Socket socket, String message) throws IOException {
        socket.getOutputStream().write(message.getBytes(StandardCharsets.UTF_8));
        byte[] answer = socket.getInputStream().readNBytes(message.length() + 2);
        if (answer.length == 0) {
            throw new SocketException("closed");
        }
        return new String(answer, StandardCharsets.UTF_8);
    }

    @Test
    void dataPassesBothWays() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("<one>");
            assertThat(ask(socket, "two")).isEqualTo("<two>");
        }
        assertThat(proxy.connections()).isEqualTo(1);
    }

    @Test
    void latencyDelaysEachPiece() throws IOException {
        try (Socket socket = connect()) {
            proxy.latency(Duration.ofMillis(100));
            long start = System.nanoTime();
            assertThat(ask(socket, "one")).isEqualTo("<one>");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void aSwallowedRequestNeverArrives() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("<one>");
            proxy.swallowRequests();
            socket.setSoTimeout(100);
            assertThatThrownBy(() -> ask(socket, "two")).isInstanceOf(SocketTimeoutException.class);
            assertThat(received).containsExactly("one");
        }
    }

    @Test
    void aSwallowedReplyHidesWhatHappened() throws IOException {
        try (Socket socket = connect()) {
            proxy.swallowReplies();
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> ask(socket, "two")).isInstanceOf(SocketTimeoutException.class);
            assertThat(received).containsExactly("two");
            proxy.heal();
            assertThatThrownBy(() -> ask(socket, "three")).isInstanceOf(SocketException.class);
        }
        try (Socket again = connect()) {
            assertThat(ask(again, "four")).isEqualTo("<four>");
        }
    }

    @Test
    void aConnectionIsCutAfterSoManyBytes() throws IOException {
        proxy.cutAfterRequestBytes(5);
        try (Socket socket = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("<one>");
            assertThatThrownBy(() -> ask(socket, "two")).isInstanceOf(SocketException.class);
        }
        proxy.heal();
        proxy.cutAfterReplyBytes(2);
        try (Socket socket = connect()) {
            assertThatThrownBy(() -> {
                        ask(socket, "three");
                        ask(socket, "four");
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aCutBeforeACommitLosesTheRequestAndOneAfterItTheReply() throws IOException {
        proxy.cutBefore("COMMIT");
        try (Socket socket = connect()) {
            assertThat(ask(socket, "BEGIN")).isEqualTo("<BEGIN>");
            assertThatThrownBy(() -> ask(socket, "COMMIT")).isInstanceOf(SocketException.class);
        }
        proxy.heal();
        proxy.cutAfter("COMMIT");
        try (Socket socket = connect()) {
            assertThatThrownBy(() -> ask(socket, "COMMIT 2")).isInstanceOf(SocketException.class);
        }
        assertThat(List.copyOf(received)).contains("COMMIT 2").doesNotContain("COMMIT");
    }

    @Test
    void aCutIsCountedInRequestsAndInRepliesAndHappensOnce() throws IOException {
        proxy.cutAfterRequests(1);
        try (Socket socket = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("<one>");
            assertThat(proxy.cutPending()).isTrue();
            assertThatThrownBy(() -> ask(socket, "two")).isInstanceOf(SocketException.class);
            assertThat(proxy.cutPending()).isFalse();
        }
        proxy.cutAfterReplies(1);
        try (Socket socket = connect()) {
            assertThat(ask(socket, "three")).isEqualTo("<three>");
            assertThatThrownBy(() -> ask(socket, "four")).isInstanceOf(SocketException.class);
        }
        try (Socket socket = connect()) {
            assertThat(ask(socket, "five")).isEqualTo("<five>");
        }
        assertThat(List.copyOf(received)).contains("four").doesNotContain("two");
    }

    @Test
    void aCutThatWasHealedDoesNotHappen() throws IOException {
        proxy.cutAfterRequests(0);
        proxy.heal();
        assertThat(proxy.cutPending()).isFalse();
        try (Socket socket = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("<one>");
        }
        assertThatThrownBy(() -> proxy.cutAfterReplies(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aResetCutsOpenConnectionsAndServesNewOnes() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("<one>");
            proxy.reset();
            assertThatThrownBy(() -> ask(socket, "two")).isInstanceOf(SocketException.class);
        }
        try (Socket socket = connect()) {
            assertThat(ask(socket, "three")).isEqualTo("<three>");
        }
    }

    @Test
    void aRefusingProxyLooksLikeADeadServerUntilItIsHealed() throws IOException {
        proxy.refuse();
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        proxy.heal();
        try (Socket socket = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("<one>");
        }
    }

    @Test
    void aConnectionThatBothSidesEndedLeavesNoSocket() throws IOException {
        long before = sockets();
        for (int i = 0; i < 50; i++) {
            try (Socket socket = connect()) {
                ask(socket, "one");
            }
        }
        for (int tries = 0; tries < 200 && sockets() > before + 10; tries++) {
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(sockets()).isLessThanOrEqualTo(before + 10);
    }

    private static long sockets() throws IOException {
        Path handles = Path.of("/proc/self/fd");
        assumeThat(handles).isDirectory();
        try (Stream<Path> files = Files.list(handles)) {
            return files.filter(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString().startsWith("socket");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }
}
