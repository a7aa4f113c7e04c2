package io.storeway.sql.internal.connection;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names the place of a database: the same however its URL is written, and without credentials. */
final class DatabasePlace {

    private static final Pattern PARAMETERS = Pattern.compile("[?;].*", Pattern.DOTALL);
    private static final Pattern H2_FILE = Pattern.compile("jdbc:h2:(?:file:)?(\\.{1,2}/.*|/.*)");

    private DatabasePlace() {}

    /** The place of the schema; empty if only this storage's own connections can reach the database. */
    static String of(String url, @Nullable String schema) {
        String bare = PARAMETERS.matcher(url).replaceFirst("");
        Matcher h2 = H2_FILE.matcher(bare);
        String place = bare;
        if (url.startsWith(SqliteUrl.PREFIX)) {
            place = SqliteUrl.file(url)
                    .map(file -> SqliteUrl.PREFIX + absolute(file))
                    .orElse("");
        } else if (bare.equals("jdbc:h2:mem:")) {
            place = "";
        } else if (h2.matches()) {
            place = "jdbc:h2:" + absolute(Path.of(h2.group(1)));
        }
        return place.isEmpty() || schema == null ? place : place + " " + schema;
    }

    private static Path absolute(Path file) {
        return file.toAbsolutePath().normalize();
    }
}
