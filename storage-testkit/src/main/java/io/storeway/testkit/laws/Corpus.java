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
 * Lists of commands that failed some storage once. They are read from every file {@code storeway/corpus.txt} on the class
 * path, the kit's own and those of its users: each line the name of an entity type of the laws, or {@code stores}, and the
 * commands, as a failure prints them. Unlike a seed, a line survives every change of the generators.
 */
final class Corpus {

    private static final String FILE = "storeway/corpus.txt";

    private Corpus() {}

    /** The lists of a name. */
    static <C> List<List<C>> of(String name, Function<String, List<C>> parser) {
        List<List<C>> lists = new ArrayList<>();
        try {
            for (URL file : Collections.list(Corpus.class.getClassLoader().getResources(FILE))) {
                try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(file.openStream(), StandardCharsets.UTF_8))) {
                    lines.lines()
                            .filter(line -> line.startsWith(name + " "))
                            .map(line -> parser.apply(line.substring(name.length())))
                            .forEach(lists::add);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("A file " + FILE + " can't be read", e);
        }
        return lists;
    }
}
