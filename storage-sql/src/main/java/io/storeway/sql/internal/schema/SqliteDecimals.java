package io.storeway.sql.internal.schema;

import io.storeway.FieldType;
import io.storeway.sql.internal.codec.DecimalText;
import io.storeway.sql.internal.dialect.Dialect;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads from the checks of a SQLite table where the point of its decimals is, which are stored without it. */
final class SqliteDecimals {

    private static final Pattern DECIMAL = Pattern.compile("/\\*\\s*decimal\\((\\d+),\\s*(\\d+)\\)\\s*\\*/");

    private SqliteDecimals() {}

    /** The type of the decimals that a check guards, or null if it guards none. */
    static @Nullable FieldType decimal(String check) {
        Matcher matcher = DECIMAL.matcher(check);
        return matcher.find()
                ? FieldType.decimal(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : null;
    }

    /** The type of the decimals that a column holds by one of the table's checks, or null. */
    static @Nullable FieldType decimals(Map<String, String> checks, String column) {
        return checks.values().stream()
                .filter(check -> check.contains(Dialect.ansi(column)))
                .map(SqliteDecimals::decimal)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /**
     * Whether the stored values of a column would mean other numbers for a field, because decimals are stored without their point.
     *
     * @param from the type of the decimals that the column holds, or null if it holds none
     */
    static boolean movesPoint(@Nullable FieldType from, FieldType to) {
        FieldType decimal = to.kind() == FieldType.Kind.DECIMAL ? to : from;
        return (from == null) == (to.kind() == FieldType.Kind.DECIMAL)
                && decimal != null
                && (decimal.scale() > 0 || DecimalText.needed(decimal));
    }
}
