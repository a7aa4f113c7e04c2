package io.storeway.testkit.laws;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * Lists of commands that once failed on some storage. They are read from every file {@code storeway/corpus.txt} on the class path,
 * the kit's own and those of its users. Each line has the name of an entity type of the laws, or {@code stores}, and the
 * commands as a failure prints them. Unlike a seed, a line stays valid when the generators change.
 */
final class Corpus {

    private static final String FILE = "storeway/corpus.txt";
    private static final List<String> NAMES = List.of(
            Shape.SINGLES.type().name(),
            Shape.ITEMS.type().name(),
            Shape.MEMBERS.type().name(),
            StoreModelLaw.CORPUS);

    private Corpus() {}

    /** The lists with that name. */
    static <C> List<List<C>> of(String name, Function<String, List<C>> parser) {
        List<List<C>> lists = new ArrayList<>();
        try {
            for (URL file : Collections.list(Corpus.class.getClassLoader().getResources(FILE))) {
                try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(file.openStream(), StandardCharsets.UTF_8))) {
                    lines.lines().forEach(line -> lists.addAll(of(name, parser, line)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("A file " + FILE + " can't be read", e);
        }
        return lists;
    }

    /**
     * The list of a line if it has that name, else nothing.
     *
     * @throws IllegalArgumentException if the line is malformed, so that it would never be replayed
     */
    static <C> List<List<C>> of(String name, Function<String, List<C>> parser, String line) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return List.of();
        }
        String first = text.split(" ", 2)[0];
        try {
            if (!NAMES.contains(first)) {
                throw new IllegalArgumentException("it begins with none of " + String.join(", ", NAMES));
            }
            return first.equals(name) ? List.of(parser.apply(text.substring(first.length()))) : List.of();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(FILE + " has the line '" + line + "': " + e.getMessage(), e);
        }
    }
}
