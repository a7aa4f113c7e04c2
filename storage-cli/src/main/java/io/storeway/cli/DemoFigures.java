package io.storeway.cli;

import io.storeway.cli.report.RunReport;
import io.storeway.cli.report.TextTable;
import io.storeway.migrate.MigrationPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Compares the migrated tables with the figures that are known of the bundled data, in plain SQL. */
final class DemoFigures {

    /** The only type with items that no row can hold. */
    static final String RESIDUE_TYPE = "userLibrary";
    /** How many such items there are. */
    static final long RESIDUE = 1_650;

    private static final long UNCOVERED = 659;

    private DemoFigures() {}

    private record Figure(String what, long expected, String sql) {}

    private static final List<Figure> FIGURES = List.of(
            new Figure("rows of books", 9_341, "SELECT COUNT(*) FROM Books"),
            new Figure("rows of userLibrary", 109_778, "SELECT COUNT(*) FROM UserLibrary"),
            new Figure("residue for NOT NULL", 1_648, residue("NOT_NULL")),
            new Figure("residue for UNIQUE", 2, residue("UNIQUE")),
            new Figure("residue", RESIDUE, "SELECT COUNT(*) FROM storeway_residue"));

    private static String residue(String kind) {
        return "SELECT COUNT(*) FROM storeway_residue WHERE kind = '" + kind + "'";
    }

    /** A sentence for each figure that is not as expected. */
    static List<String> unexpected(Path database, RunReport report, PrintWriter out) throws SQLException {
        List<String> unexpected = new ArrayList<>();
        if (!report.equal()) {
            unexpected.add("the two sides differ");
        }
        MigrationPlan plan = report.plan();
        long uncovered = plan == null
                ? 0
                : plan.uncovered().stream().mapToLong(line -> line.keys()).sum();
        if (uncovered != UNCOVERED) {
            unexpected.add(String.format(Locale.ROOT, "keys not covered: %,d, expected %,d", uncovered, UNCOVERED));
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            TextTable table = new TextTable("counted in SQL", "");
            for (Figure figure : FIGURES) {
                try (ResultSet rows = statement.executeQuery(figure.sql())) {
                    long actual = rows.getLong(1);
                    table.row(figure.what(), actual);
                    if (actual != figure.expected()) {
                        unexpected.add(String.format(
                                Locale.ROOT, "%s: %,d, expected %,d", figure.what(), actual, figure.expected()));
                    }
                }
            }
            out.println();
            table.print(out);
        }
        return unexpected;
    }
}
