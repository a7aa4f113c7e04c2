package io.storeway.kv.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Storages;
import io.storeway.error.UnsupportedCapabilityException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class RedisWithoutLettuceTest {

    /** Opens stores where Lettuce is not on the class path, and says what came of it. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            Storages.open("memory:", Catalog.of()).close();
            try {
                Storages.open("redis://localhost", Catalog.of()).close();
            } catch (UnsupportedCapabilityException e) {
                System.out.println(e.getMessage());
            }
            try {
                RedisInvalidationChannel.open("redis://localhost", "channel").close();
            } catch (UnsupportedCapabilityException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void missingDependencyIsNamed() throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(part -> !part.contains("lettuce") && !part.contains("netty") && !part.contains("reactor"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        Child.class.getName())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .allMatch(line -> line.contains("add the dependency io.lettuce:lettuce-core"));
    }
}
