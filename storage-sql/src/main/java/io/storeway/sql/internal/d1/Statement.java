package io.storeway.sql.internal.d1;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement as D1 takes it. All its parameters are texts. Numbers are written into the SQL, because JSON would round integers, and bytes
 * are sent as hexadecimal text.
 *
 * @param sql the text
 * @param params the parameters, in the order of its question marks
 */
record Statement(String sql, List<String> params) {

    private static final int SQL_BYTES = 100_000;
    private static final int PARAMETERS = 100;
    private static final int PARAMETER_BYTES = 2_000_000;
    /** SQL state: the statement is too long or complex. */
    private static final String TOO_MUCH = "54000";
    /** SQL state: data are too long. */
    private static final String TOO_LONG = "22001";

    Statement {
        params = List.copyOf(params);
    }

    static Statement of(String sql, String... params) {
        return new Statement(sql, Arrays.asList(params));
    }

    /**
     * Puts values in the places of question marks.
     *
     * @throws SQLException if the statement becomes too large for D1; nothing is sent
     */
    static Statement bind(String text, List<? extends @Nullable Object> values) throws SQLException {
        StringBuilder sql = new StringBuilder(text.length() + 16 * values.size());
        List<String> params = new ArrayList<>();
        int next = 0;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '?') {
                if (next == values.size()) {
                    throw new SQLException("The statement has more parameters than values");
                }
                sql.append(placed(values.get(next++), params));
                continue;
            }
            sql.append(c);
        }
        return new Statement(sql.toString(), params).checked();
    }

    private static String placed(@Nullable Object value, List<String> params) throws SQLException {
        if (value == null) {
            return "NULL";
        }
        if (value instanceof String text) {
            params.add(text);
            return "?";
        }
        if (value instanceof byte[] bytes) {
            params.add(HexFormat.of().formatHex(bytes));
            return "unhex(?)";
        }
        if (value instanceof Long || value instanceof Integer) {
            return value.toString();
        }
        if (value instanceof Double number) {
            return ExactDouble.literal(number);
        }
        throw new SQLException("A value of " + value.getClass().getSimpleName() + " can't be bound in D1");
    }

    private Statement checked() throws SQLException {
        if (sql.length() > SQL_BYTES || sql.getBytes(StandardCharsets.UTF_8).length > SQL_BYTES) {
            throw new SQLException("D1 takes statements of at most " + SQL_BYTES + " bytes", TOO_MUCH);
        }
        if (params.size() > PARAMETERS) {
            throw new SQLException("D1 takes at most " + PARAMETERS + " parameters in a statement", TOO_MUCH);
        }
        for (String param : params) {
            if (param.length() > PARAMETER_BYTES / 3
                    && param.getBytes(StandardCharsets.UTF_8).length > PARAMETER_BYTES) {
                throw new SQLException("D1 takes values of at most " + PARAMETER_BYTES + " bytes", TOO_LONG);
            }
        }
        return this;
    }
}
