package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storages;
import io.storeway.error.StorageUnavailableException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class MvStoreWithoutH2Test {

    /** Opens a file store where H2 is not on the class path, and says what came of it. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            try {
                Storages.open("mvstore:any.mv", Samples.CATALOG).close();
            } catch (StorageUnavailableException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void missingDependencyIsNamed() throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(part -> !part.contains("h2database"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        Child.class.getName())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("add the dependency com.h2database:h2");
    }
}
