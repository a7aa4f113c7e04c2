package io.storeway.cli;

import io.storeway.cli.report.TextTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Three questions that blobs can't answer, asked in plain SQL over the migrated tables. */
final class DemoQuestions {

    private DemoQuestions() {}

    static void ask(Path database, PrintWriter out) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            out.println();
            out.println("The ten years in which most books were first published:");
            print(statement, """
                    SELECT publication_year, COUNT(*) AS books
                    FROM Books WHERE publication_year IS NOT NULL GROUP BY publication_year
                    ORDER BY books DESC, publication_year LIMIT 10""", out, "year", "books");
            out.println();
            out.println("Books in the most libraries:");
            print(statement, """
                    SELECT b.title, b.publication_year, COUNT(*) AS shelves
                    FROM UserLibrary l JOIN Books b USING (isbn) GROUP BY b.isbn
                    ORDER BY shelves DESC, b.title LIMIT 5""", out, "title", "year", "shelves");
            out.println();
            out.println("The books that user 10 rated highest:");
            print(statement, """
                    SELECT b.title, l.rating, b.average_rating
                    FROM UserLibrary l JOIN Books b USING (isbn) WHERE l.user_id = '10' AND l.rating IS NOT NULL
                    ORDER BY l.rating DESC, b.average_rating DESC, b.title LIMIT 5""", out, "title", "rating", "average");
        }
    }

    private static void print(Statement statement, String sql, PrintWriter out, String... headings)
            throws SQLException {
        TextTable table = new TextTable(headings);
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                Object[] cells = new Object[headings.length];
                for (int i = 0; i < cells.length; i++) {
                    Object value = rows.getObject(i + 1);
                    boolean year = headings[i].equals("year"); // Years are not grouped by thousands.
                    cells[i] = value == null ? "" : year ? value.toString() : value;
                }
                table.row(cells);
            }
        }
        table.print(out);
    }
}
