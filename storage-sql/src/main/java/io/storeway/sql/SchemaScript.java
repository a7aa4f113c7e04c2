package io.storeway.sql;

import io.storeway.sql.SchemaChange.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The steps from the existing tables to those that a catalog declares, found by {@link SqlStorage#changes}. People review them, and apply
 * them by themselves or by Flyway: nothing here touches a database. Immutable.
 *
 * @param dialect the SQL engine for which it is written
 * @param changes the steps in the order in which they are applied; empty if there is nothing to do
 */
public record SchemaScript(String dialect, List<SchemaChange> changes) {

    /** Copies the list. */
    public SchemaScript {
        changes = List.copyOf(changes);
    }

    /** The steps of one phase. */
    public List<SchemaChange> changes(Phase phase) {
        return changes.stream().filter(change -> change.phase() == phase).toList();
    }

    /** The SQL of one phase, each step with a comment that says what it does; empty if there are no steps. */
    public String text(Phase phase) {
        StringBuilder text = new StringBuilder();
        for (SchemaChange change : changes(phase)) {
            text.append("-- ").append(change.what()).append('\n');
            if (change.losesData()) {
                text.append("-- Values can be lost or altered here: keep a backup.\n");
            }
            for (String statement : change.statements()) {
                text.append(statement).append(statement.startsWith("--") ? "\n" : ";\n");
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** The SQL of all phases, each with a comment that says when to apply it. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Phase phase : Phase.values()) {
            if (!changes(phase).isEmpty()) {
                text.append("-- ")
                        .append(phase)
                        .append(": ")
                        .append(when(phase))
                        .append("\n\n");
                text.append(text(phase));
            }
        }
        return text.toString();
    }

    private static String when(Phase phase) {
        return switch (phase) {
            case EXPAND -> "apply before the first instance of the new release starts; the old ones go on";
            case STANDSTILL -> "apply while no instance runs, neither old nor new";
            case CONTRACT -> "apply after the last instance of the old release has ended";
        };
    }

    /**
     * Writes one file for each phase that has steps: {@code V<version>_1__storeway_expand.sql} and so on. For SQLite, where tables are
     * copied with foreign keys off, a {@code .conf} file beside each tells Flyway not to open a transaction.
     *
     * @param version Flyway's version of the files; digits, dots and underscores
     * @return the SQL files
     * @throws IllegalArgumentException if the version contains anything else
     * @throws IOException if a file can't be written, or exists already
     */
    public List<Path> writeFlyway(Path directory, String version) throws IOException {
        if (!version.matches("[0-9]+([._][0-9]+)*")) {
            throw new IllegalArgumentException(
                    "version " + version + ": write digits, dots and underscores, as in 7 or 2.1");
        }
        Files.createDirectories(directory);
        List<Path> files = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            if (!changes(phase).isEmpty()) {
                String name = "V" + version + "_" + number(phase) + "__storeway_"
                        + phase.name().toLowerCase(Locale.ROOT) + ".sql";
                files.add(write(directory.resolve(name), "-- " + when(phase) + "\n\n" + text(phase)));
                if (dialect.equals("sqlite")) {
                    write(directory.resolve(name + ".conf"), "executeInTransaction=false\n");
                }
            }
        }
        return files;
    }

    private static int number(Phase phase) {
        return switch (phase) {
            case EXPAND -> 1;
            case STANDSTILL -> 2;
            case CONTRACT -> 3;
        };
    }

    private static Path write(Path file, String text) throws IOException {
        return Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
}
