package io.storeway.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A catalog of notes, a dump of some with dirt, and a SQLite file. */
record Notes(Path catalog, Path dump, String from, String to) {

    private static final String CATALOG = """
        types:
          notes:
            key: [id]
            fields:
              id: text
              text: text
              stars: {type: integer, nullable: true}
            key-value: {key: "note:{id}", blob: object}
        """;

    static final String CLEAN = """
        {"key":"note:a","value":"{\\"text\\":\\"good\\",\\"stars\\":3}"}
        {"key":"note:b","value":"{\\"text\\":\\"better\\",\\"stars\\":4}"}
        {"key":"note:c","value":"{\\"text\\":\\"secret\\"}"}
        """;

    static final String DIRTY = CLEAN + """
        {"key":"note:d","value":"not JSON"}
        {"key":"note:e","value":"{\\"stars\\":1}"}
        """;

    static Notes in(Path folder, String lines) {
        try {
            Path dump = Files.writeString(folder.resolve("dump.ndjson"), lines);
            return new Notes(
                    Files.writeString(folder.resolve("catalog.yaml"), CATALOG),
                    dump,
                    "ndjson:" + dump,
                    "jdbc:sqlite:" + folder.resolve("notes.db"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command on both sides. */
    Cli both(String command, Object... more) {
        return run(command, List.of("--catalog", catalog, "--from", from, "--to", to), more);
    }

    /** Runs a command on the target. */
    Cli target(String command, Object... more) {
        return run(command, List.of("--catalog", catalog, "--to", to), more);
    }

    private static Cli run(String command, List<Object> first, Object... more) {
        List<Object> all = new ArrayList<>(List.of(command.split(" ")));
        all.addAll(first);
        all.addAll(List.of(more));
        return Cli.run(all.toArray());
    }
}
