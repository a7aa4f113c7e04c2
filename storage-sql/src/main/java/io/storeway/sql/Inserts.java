package io.storeway.sql;

import io.storeway.Field;
import io.storeway.Row;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.sql.internal.codec.ColumnCodec;
import io.storeway.sql.internal.d1.ExactDouble;
import io.storeway.sql.internal.dialect.Table;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the rows of one table as statements with many rows each. Not thread-safe. */
final class Inserts {

    private final Table table;
    private final SqlScriptDialect form;
    private final Writer out;
    private final String beginning;
    private final String end;
    private final StringBuilder rows = new StringBuilder();
    private int bytes;

    Inserts(Table table, SqlScriptDialect form, Writer out) {
        this.table = table;
        this.form = form;
        this.out = out;
        this.beginning = "INSERT INTO " + table.name() + " (" + String.join(", ", table.columns()) + ") VALUES\n";
        List<String> rest = table.rest();
        this.end = "\nON CONFLICT (" + String.join(", ", table.key()) + ") DO "
                + (rest.isEmpty()
                        ? "NOTHING"
                        : "UPDATE SET "
                                + rest.stream()
                                        .map(column -> column + " = excluded." + column)
                                        .collect(Collectors.joining(", ")))
                + ";\n";
        this.bytes = frame();
    }

    private int frame() {
        return beginning.length() * 3 + end.length() * 3;
    }

    /**
     * Adds a row.
     *
     * @throws InvalidValueException if the engine can't hold one of its values, or it is too large for a statement
     */
    void add(Row row) throws IOException {
        table.check(row, "write");
        String text = row(row);
        int size = text.getBytes(StandardCharsets.UTF_8).length + 2;
        if (frame() + size > form.rowBytes) {
            throw new InvalidValueException(
                    row.type().name(),
                    "a row takes a statement of " + (frame() + size) + " bytes, and " + form.name() + " takes "
                            + form.rowBytes + "; make the record smaller, or leave it out and write it otherwise",
                    new ErrorContext(
                            "write", form.name(), row.type().name(), row.key().redacted()),
                    null);
        }
        if (bytes + size > form.statementBytes) {
            flush();
        }
        rows.append(rows.isEmpty() ? "" : ",\n").append(text);
        bytes += size;
    }

    private String row(Row row) {
        return row.type().fields().stream()
                .map(field -> literal(field, row.get(field.index())))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private String literal(Field<?, ?> field, @Nullable Object value) {
        if (value == null) {
            return "NULL";
        }
        ColumnCodec codec = table.codec(field);
        Object encoded = codec.encode().apply(value);
        return switch (field.type().kind()) {
            case TEXT ->
                toolsAlter((String) encoded)
                        ? hex((String) encoded)
                        : codec.literal().apply(encoded);
            // Many versions of the sqlite3 shell don't read a decimal number as the nearest double.
            case DOUBLE ->
                form == SqlScriptDialect.SQLITE
                        ? ExactDouble.literal((Double) encoded)
                        : codec.literal().apply(encoded);
            default -> codec.literal().apply(encoded);
        };
    }

    /** Whether tools would change a text: they cut it off at U+0000, and the sqlite3 shell turns CR LF into LF. */
    private boolean toolsAlter(String text) {
        return text.indexOf('\0') >= 0 || (form == SqlScriptDialect.SQLITE && text.indexOf('\r') >= 0);
    }

    private static String hex(String text) {
        return "CAST(X'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "' AS TEXT)";
    }

    void flush() throws IOException {
        if (!rows.isEmpty()) {
            out.write(beginning);
            out.append(rows);
            out.write(end);
            rows.setLength(0);
            bytes = frame();
        }
    }
}
