package io.storeway.kv.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.StorageUnavailableException;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class RedisTlsTest {

    private static final char[] PASSWORD = "only-for-this-test".toCharArray();

    @TempDir
    Path folder = Path.of("");

    private Path pem(String name, String kind, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                folder.resolve(name), "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    private KeyStore selfSigned() throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "redis",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor()).isZero();
        return KeyStore.getInstance(file.toFile(), PASSWORD);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aServerIsReachedByTlsIfItsCertificateIsTrusted() throws Exception {
        KeyStore keys = selfSigned();
        Path certificate =
                pem("redis.crt", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        Path key =
                pem("redis.key", "PRIVATE KEY", keys.getKey("redis", PASSWORD).getEncoded());
        int port = freePort();
        try (RedisNode node = new RedisNode(
                folder,
                "tls-port " + port,
                "tls-auth-clients no",
                "tls-cert-file " + certificate,
                "tls-key-file " + key,
                "tls-ca-cert-file " + certificate)) {
            String uri = "rediss://127.0.0.1:" + port;
            assertThatThrownBy(() -> RedisStore.open(uri))
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasStackTraceContaining("certif");
            try (RedisStore store = RedisStore.open(uri + "?verifyPeer=NONE");
                    RedisStore plain = RedisStore.open(node.uri())) {
                store.commit(List.of(), List.of(Write.put("k", new byte[] {1})));
                assertThat(plain.get("k")).isNotNull();
            }
        }
    }
}
