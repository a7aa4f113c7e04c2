package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storages;
import io.storeway.error.UnsupportedCapabilityException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class MissingDependencyTest {

    /** Opens a file store where its engine is not on the class path, and says what came of it. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            try {
                Storages.open(args[0], Samples.CATALOG).close();
            } catch (UnsupportedCapabilityException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"mvstore:any.mv, h2database, com.h2database:h2", "rocksdb:any, rocksdbjni, org.rocksdb:rocksdbjni"})
    void missingDependencyIsNamed(String uri, String jar, String dependency) throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(part -> !part.contains(jar))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = DiskStore.child(Child.class, classPath, uri).start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("add the dependency " + dependency);
    }
}
