package io.storeway.sql.internal.dialect;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads MariaDB's errors by number and message. */
final class MariaDbErrors {

    /** The value before it may hold anything, so the last one counts. */
    private static final Pattern UNIQUE = Pattern.compile("(?s).*for key '([^']+)'");

    private static final Pattern REFERENCE = Pattern.compile(
            "\\([`\"][^`\"]*[`\"]\\.[`\"](\\w+)[`\"], CONSTRAINT [`\"](\\w+)[`\"] FOREIGN KEY \\(([^)]*)\\)");
    private static final Pattern NOT_NULL = Pattern.compile("(?:Column|Field) '(\\w+)'");
    private static final Pattern CHECK =
            Pattern.compile("CONSTRAINT [`\"](\\w+)[`\"] failed for [`\"][^`\"]*[`\"]\\.[`\"](\\w+)[`\"]");

    /** The user's name stands between what is lacking and where. */
    private static final Pattern DENIED = Pattern.compile("(\\w+) command denied to user \\S+ for (.*)");

    private MariaDbErrors() {}

    static Failure classify(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.getErrorCode()) {
            case 1062, 1586 -> {
                Matcher key = UNIQUE.matcher(message);
                String name = key.find() ? key.group(1) : null;
                // Newer servers put the table in front.
                yield Failure.constraint(
                        Failure.Sort.UNIQUE,
                        name == null ? null : name.substring(name.lastIndexOf('.') + 1),
                        null,
                        List.of());
            }
            case 1451, 1452, 1216, 1217 -> reference(REFERENCE.matcher(message));
            case 1048, 1364 -> {
                Matcher column = NOT_NULL.matcher(message);
                yield Failure.constraint(
                        Failure.Sort.NOT_NULL, null, null, column.find() ? List.of(column.group(1)) : List.of());
            }
            case 4025 -> {
                Matcher check = CHECK.matcher(message);
                boolean found = check.find();
                yield Failure.constraint(
                        Failure.Sort.CHECK, found ? check.group(1) : null, found ? check.group(2) : null, List.of());
            }
            case 1644 -> Failure.of(Failure.Sort.INVALID, "a trigger of the MariaDB database refused the row");
            case 1205 ->
                Failure.of(
                        Failure.Sort.TIMEOUT, "another unit held the same rows longer than innodb_lock_wait_timeout");
            case 1213, 1020, 1412 ->
                Failure.of(Failure.Sort.CONFLICT, "another unit holds or has changed the same rows");
            case 1050, 1061, 1826 -> Failure.exists(e);
            case 1044 ->
                Failure.of(Failure.Sort.DECLINED, "the MariaDB user has no privilege on the database; grant it");
            case 1142, 1143, 1227, 1370 ->
                Failure.of(
                        Failure.Sort.DECLINED,
                        "the MariaDB user lacks the privilege" + lacking(message) + "; grant it");
            case 1049 -> Failure.of(Failure.Sort.DECLINED, "there is no such MariaDB database; create it");
            case 1317, 1969, 3024 -> Failure.of(Failure.Sort.TIMEOUT, "the statement was cancelled");
            case 1053, 1079, 1927, 2006, 2013 ->
                Failure.of(Failure.Sort.LOST, "the MariaDB server ended the connection, or is stopping");
            default -> unavailable(e, message);
        };
    }

    private static String lacking(String message) {
        Matcher denied = DENIED.matcher(message);
        return denied.find() ? " " + denied.group(1) + " on " + denied.group(2) : "";
    }

    private static Failure unavailable(SQLException e, String message) {
        String advice = switch (e.getErrorCode()) {
            case 1045, 1698 -> "MariaDB refuses the user or the password";
            case 1040, 1203 ->
                "the MariaDB server has no connection to spare; make pools smaller or max_connections larger";
            case 1021, 1114 -> "the disk of the MariaDB server is full; make room";
            case 1290, 1792, 1836 -> "this MariaDB server takes no writes; name the primary";
            case 1118 -> "the indexed text columns of the table exceed MariaDB's row size; index fewer of them";
            default -> null;
        };
        if (advice != null) {
            return Failure.of(Failure.Sort.UNAVAILABLE, advice);
        }
        return e.getErrorCode() == 1153 || message.contains("max_allowed_packet")
                ? Failure.of(Failure.Sort.INVALID, "the row is larger than the server's max_allowed_packet")
                : Dialect.byState(e);
    }

    private static Failure reference(Matcher found) {
        if (!found.find()) {
            return Failure.constraint(Failure.Sort.REFERENCE, null, null, List.of());
        }
        return Failure.constraint(Failure.Sort.REFERENCE, found.group(2), found.group(1), columns(found.group(3)));
    }

    private static List<String> columns(@Nullable String list) {
        return list == null
                ? List.of()
                : Arrays.stream(list.split(", "))
                        .map(column -> column.replaceAll("[`\"]", ""))
                        .toList();
    }
}
