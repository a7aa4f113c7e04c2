package io.storeway.sql.internal.connection;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.UnsupportedCapabilityException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** Parses what follows {@code jdbc:sqlite:}. The driver takes an unknown parameter for a part of the file's name. */
public final class SqliteUrl {

    public static final String PREFIX = "jdbc:sqlite:";

    private static final String FILE = "file:";

    /** The parameters of SQLite itself, for names that begin with {@code file:}. */
    private static final Set<String> OF_FILE = Set.of("cache", "immutable", "mode", "nolock", "psow", "vfs");

    private SqliteUrl() {}

    public static boolean inMemory(String url) {
        return url.equals(PREFIX) || url.contains(":memory:") || url.contains("mode=memory");
    }

    /** The file, if it is not in memory. */
    public static Optional<Path> file(String url) {
        String name = url.substring(PREFIX.length()).split("\\?", 2)[0];
        try {
            return inMemory(url)
                    ? Optional.empty()
                    : Optional.of(Path.of(name.startsWith(FILE) ? name.substring(FILE.length()) : name));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * Refuses parameters that would end up in the name of the file, or be ignored.
     *
     * @throws InvalidValueException if there is one
     */
    public static void requireKnownParameters(String url) {
        int question = url.indexOf('?');
        if (question < 0) {
            return;
        }
        Set<String> known = pragmas();
        boolean file = url.startsWith(FILE, PREFIX.length());
        for (String parameter : url.substring(question + 1).split("&", -1)) {
            String name = parameter.split("=", 2)[0].strip();
            boolean taken = known.isEmpty()
                    || name.isEmpty()
                    || known.contains(name.toLowerCase(Locale.ROOT))
                    || (file && OF_FILE.contains(name));
            if (!taken) {
                throw new InvalidValueException(
                        "uri",
                        "SQLite knows no parameter " + name + "; it knows " + String.join(", ", known) + ", and in "
                                + PREFIX + FILE + "… also " + String.join(", ", new TreeSet<>(OF_FILE)),
                        ErrorContext.of("open"),
                        null);
            }
        }
    }

    /** The parameters of the driver; none if the driver is missing, which is reported elsewhere. */
    private static Set<String> pragmas() {
        Set<String> names = new TreeSet<>();
        try {
            for (DriverPropertyInfo each : DriverManager.getDriver(PREFIX).getPropertyInfo(PREFIX, new Properties())) {
                names.add(each.name);
            }
        } catch (SQLException e) {
            names.clear();
        }
        return names;
    }

    /**
     * Refuses a file that can't be made at its place.
     *
     * @throws UnsupportedCapabilityException if its directory is missing, or it is a directory itself
     */
    public static void requirePlace(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        String objection = Files.isDirectory(file)
                ? file + " is a directory; name a file"
                : directory == null || Files.isDirectory(directory)
                        ? null
                        : "The directory " + directory + " does not exist; create it first";
        if (objection != null) {
            throw new UnsupportedCapabilityException(objection, ErrorContext.of("open"), null);
        }
    }
}
