package io.storeway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/** Names of tables, columns and constraints: checked, and derived the same way for every engine. */
record SqlNames(String table) {

    /** PostgreSQL's limit, the smallest of the engines. */
    private static final int MAX_LENGTH = 63;

    static String checked(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("SQL name " + name
                    + ": a name is a letter or underscore followed by letters, digits and underscores, 63 at most");
        }
        return name;
    }

    static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    static String snakeCase(String fieldName) {
        return fieldName.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    /** The table, the columns and the sort of thing, joined by underscores; shortened by a checksum if too long. */
    String of(List<String> columns, String suffix) {
        StringBuilder name = new StringBuilder(table);
        columns.forEach(column -> name.append('_').append(column));
        name.append('_').append(suffix);
        if (name.length() <= MAX_LENGTH) {
            return name.toString();
        }
        CRC32 checksum = new CRC32();
        checksum.update(name.toString().getBytes(StandardCharsets.UTF_8));
        String end = "_" + Long.toHexString(checksum.getValue()) + "_" + suffix;
        return name.substring(0, MAX_LENGTH - end.length()) + end;
    }
}
