package io.storeway.examples.bookstrack;

import static io.storeway.examples.bookstrack.Book.BOOKS;
import static io.storeway.examples.bookstrack.Book.YEAR;

import io.storeway.Storage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reports over all books, which blobs could not give without reading every one. */
final class Reports {

    /** How many books there are of something. */
    record Count<T>(T of, long books) {}

    private final Storage sql;
    private final DataSource dataSource;

    /** The data source is that of the storage, a SQLite database. */
    Reports(Storage sql, DataSource dataSource) {
        this.sql = sql;
        this.dataSource = dataSource;
    }

    /** How many books there are of the latest years, the latest year first. Reads every book. */
    List<Count<Integer>> booksByYear(int years) {
        Map<@Nullable Integer, Long> counts =
                sql.repository(BOOKS).where(YEAR.isNull().not()).allowScan().countBy(YEAR);
        List<Count<Integer>> ofYears = new ArrayList<>();
        counts.forEach((year, books) -> ofYears.add(new Count<>(Objects.requireNonNull(year), books)));
        ofYears.sort(Comparator.comparing((Count<Integer> count) -> count.of()).reversed());
        return ofYears.subList(0, Math.min(years, ofYears.size()));
    }

    /**
     * The authors with the most books; each co-author counts. No portable query looks into a list, so this is SQLite's own SQL,
     * on the application's own DataSource.
     */
    List<Count<String>> topAuthors(int authors) {
        String query = """
            SELECT author.value, COUNT(*) AS books
            FROM Books, json_each(Books.authors) AS author
            GROUP BY author.value ORDER BY books DESC, author.value LIMIT ?\
            """;
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setInt(1, authors);
            List<Count<String>> counts = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    counts.add(new Count<>(rows.getString(1), rows.getLong(2)));
                }
            }
            return counts;
        } catch (SQLException e) {
            throw new IllegalStateException("The report on authors failed", e);
        }
    }
}
