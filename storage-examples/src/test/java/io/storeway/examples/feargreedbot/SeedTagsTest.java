package io.storeway.examples.feargreedbot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each property of the seed has one test, which carries its tag and runs a hundred times at least. */
class SeedTagsTest {

    private static final Pattern TAGGED = Pattern.compile(
            "/\\*\\* Feature: kv-to-d1-migration, Property (\\d+): [^*]+\\*/\\s+@Property\\(tries = (\\d+)\\)");

    @Test
    void everyPropertyOfTheSeedHasItsTest() throws IOException {
        Path folder = Path.of("src/test/java/io/storeway/examples/feargreedbot").toAbsolutePath();
        List<Matcher> tags;
        try (Stream<Path> files = Files.list(folder)) {
            tags = files.filter(file -> file.toString().endsWith("Properties.java"))
                    .flatMap(SeedTagsTest::tags)
                    .toList();
        }
        assertThat(tags)
                .extracting(tag -> Integer.valueOf(tag.group(1)))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 28).boxed().toList());
        assertThat(tags)
                .allSatisfy(tag -> assertThat(Integer.parseInt(tag.group(2))).isGreaterThanOrEqualTo(100));
    }

    private static Stream<Matcher> tags(Path file) {
        try {
            Matcher matcher = TAGGED.matcher(Files.readString(file));
            Stream.Builder<Matcher> found = Stream.builder();
            while (matcher.find()) {
                Matcher one = TAGGED.matcher(matcher.group());
                assertThat(one.find()).isTrue();
                found.add(one);
            }
            return found.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
