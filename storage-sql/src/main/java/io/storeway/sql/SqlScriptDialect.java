package io.storeway.sql;

import io.storeway.sql.internal.dialect.D1Dialect;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.PostgresDialect;
import io.storeway.sql.internal.dialect.SqliteDialect;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The engine and tool for which a {@link SqlScript} is written. */
public enum SqlScriptDialect {
    /**
     * SQLite, by {@code sqlite3 -bail FILE.db < FILE.sql}. One transaction. Without {@code -bail} the shell goes on after an error and
     * commits the rest.
     */
    SQLITE(1_000_000, Integer.MAX_VALUE, "BEGIN;\n", "COMMIT;\n"),
    /** PostgreSQL, by {@code psql -v ON_ERROR_STOP=1 -f FILE.sql}. One transaction. */
    POSTGRESQL(
            1_000_000,
            Integer.MAX_VALUE,
            "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\nBEGIN;\n",
            "COMMIT;\n"),
    /**
     * Cloudflare D1, by {@code wrangler d1 execute DATABASE --file FILE.sql}. Statements of at most 100,000 bytes, and no
     * transaction of its own, which D1 refuses.
     */
    D1(100_000, 100_000, "", "");

    /** About how many bytes a statement of many rows has. */
    final int statementBytes;
    /** How many bytes the statement of a single row may have. */
    final int rowBytes;

    final String first;
    final String last;

    SqlScriptDialect(int statementBytes, int rowBytes, String first, String last) {
        this.statementBytes = statementBytes;
        this.rowBytes = rowBytes;
        this.first = first;
        this.last = last;
    }

    /**
     * The dialect with a name, in upper or lower case.
     *
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static SqlScriptDialect of(String name) {
        return Arrays.stream(values())
                .filter(dialect -> dialect.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is no dialect of a script; known are "
                        + Arrays.stream(values())
                                .map(dialect -> dialect.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }

    Dialect engine() {
        return switch (this) {
            case SQLITE -> new SqliteDialect();
            case POSTGRESQL -> new PostgresDialect();
            case D1 -> new D1Dialect();
        };
    }
}
