package io.storeway.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that docs/seeds.md names exists. */
class SeedsDocumentTest {

    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?`");

    @Test
    void everyTestThatTheTableNamesExists() throws IOException {
        Path root = Path.of("..").toAbsolutePath().normalize();
        String document = Files.readString(root.resolve("docs/seeds.md"));
        Map<String, String> tests = tests(root);
        assertThat(NAMED.matcher(document).results()).hasSizeGreaterThan(40).allSatisfy(named -> {
            assertThat(tests).containsKey(named.group(1));
            assertThat(tests.get(named.group(1))).as(named.group()).contains(method(named));
        });
    }

    private static String method(MatchResult named) {
        return named.group(2) == null ? "class " + named.group(1) : "void " + named.group(2) + "(";
    }

    /** The test classes of all modules with their sources. */
    private static Map<String, String> tests(Path root) throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path folder : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.filter(file -> file.toString().endsWith("Test.java"))
                            .forEach(file ->
                                    sources.put(file.getFileName().toString().replace(".java", ""), read(file)));
                }
            }
        }
        return sources;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
