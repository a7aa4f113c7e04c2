package io.storeway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.testkit.laws.Conformance;
import io.storeway.testkit.laws.Law;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/properties.md names laws and tests that exist, for all 28 properties. */
class PropertiesDocumentTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static String document() throws IOException {
        return Files.readString(ROOT.resolve("docs/properties.md"));
    }

    private static List<String> named(String text, String pattern) {
        return Pattern.compile("`(" + pattern + ")`")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .map(name -> name.substring(1, name.length() - 1))
                .distinct()
                .toList();
    }

    @Test
    void everyPropertyHasALawAndATest() throws IOException {
        List<String> rows =
                document().lines().filter(line -> line.startsWith("| P")).toList();
        assertThat(rows)
                .extracting(row -> row.split("\\|", -1)[1].strip())
                .isEqualTo(IntStream.rangeClosed(1, 28).mapToObj(i -> "P" + i).toList());
        assertThat(rows).allSatisfy(row -> {
            assertThat(named(row, "L\\d\\d-[a-z-]+")).isNotEmpty();
            assertThat(named(row, "\\w+Test(\\.\\w+)?")).isNotEmpty();
        });
    }

    @Test
    void everyLawThatIsNamedExists() throws IOException {
        assertThat(Conformance.laws()).extracting(Law::id).containsAll(named(document(), "L\\d\\d-[a-z-]+"));
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, String> sources;
        try (Stream<Path> files = Files.walk(ROOT)) {
            sources = files.filter(file -> file.toString().contains("src/test/java")
                            && file.toString().endsWith("Test.java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            PropertiesDocumentTest::read,
                            String::concat));
        }
        assertThat(named(document(), "\\w+Test(\\.\\w+)?"))
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> {
                    String[] parts = name.split("\\.", -1);
                    assertThat(sources).as("test classes").containsKey(parts[0]);
                    if (parts.length == 2) {
                        assertThat(sources.get(parts[0])).as(name).contains("void " + parts[1] + "(");
                    }
                });
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
