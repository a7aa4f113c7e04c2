package io.storeway.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What a careful engineer writes in an afternoon: one thread, Jackson, batches in one transaction, the cursor saved with the
 * data. With bookkeeping it gives the same guarantee as a backfill: an idempotent upsert, and a version for each record
 * that is written only when it is newer.
 */
final class HandWrittenLoader {

    /** What the loader writes. */
    enum Mode {
        /** Upserts of rows and versions. */
        SAME_GUARANTEE,
        /** Inserts of rows alone. */
        PLAIN_INSERT
    }

    /** What Jackson reads a blob into. */
    record OrderBlob(
            String customer,
            String status,
            long placedAt,
            double total,
            int items,
            boolean paid,
            String address,
            String note) {}

    private static final ObjectReader READER = new ObjectMapper().readerFor(OrderBlob.class);
    private static final String COLUMNS =
            "(\"id\",\"customer\",\"status\",\"placed_at\",\"total\",\"items\",\"paid\",\"address\",\"note\")";

    private final boolean sqlite;
    private final Mode mode;

    HandWrittenLoader(boolean sqlite, Mode mode) {
        this.sqlite = sqlite;
        this.mode = mode;
    }

    void createTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String text = sqlite ? "TEXT" : "VARCHAR";
            String integer = sqlite ? "INTEGER" : "BIGINT";
            String real = sqlite ? "REAL" : "DOUBLE PRECISION";
            String bool = sqlite ? "INTEGER" : "BOOLEAN";
            statement.executeUpdate(
                    ("CREATE TABLE \"orders\"(\"id\" %1$s NOT NULL PRIMARY KEY,\"customer\" %1$s NOT NULL,"
                                    + "\"status\" %1$s NOT NULL,\"placed_at\" %2$s NOT NULL,\"total\" %3$s NOT NULL,"
                                    + "\"items\" %2$s NOT NULL,\"paid\" %4$s NOT NULL,\"address\" %1$s NOT NULL,"
                                    + "\"note\" %1$s NOT NULL)")
                            .formatted(text, integer, real, bool));
            statement.executeUpdate("CREATE INDEX \"orders_customer_ix\" ON \"orders\"(\"customer\")");
            statement.executeUpdate(("CREATE TABLE \"versions\"(\"entity\" %1$s NOT NULL,\"partition\" %1$s NOT NULL,"
                            + "\"epoch\" %2$s NOT NULL,\"counter\" %2$s NOT NULL, PRIMARY KEY(\"entity\",\"partition\"))"
                            + (sqlite ? " WITHOUT ROWID" : ""))
                    .formatted(text, integer));
            statement.executeUpdate(
                    "CREATE TABLE \"cursors\"(\"entity\" %1$s NOT NULL PRIMARY KEY,\"position\" %1$s)".formatted(text));
        }
    }

    void load(KeyValueStore source, Connection connection, int batch) throws SQLException, IOException {
        connection.setAutoCommit(false);
        try (PreparedStatement row = connection.prepareStatement(rowSql());
                PreparedStatement version = connection.prepareStatement(versionSql());
                PreparedStatement position = connection.prepareStatement(cursorSql())) {
            @Nullable String cursor = null;
            do {
                KeyValueStore.Listing part = source.list("order:", cursor, batch);
                for (KeyValueStore.Entry entry : part.entries()) {
                    bind(row, entry);
                    row.addBatch();
                    if (mode == Mode.SAME_GUARANTEE) {
                        version.setString(1, "orders");
                        version.setString(2, entry.key().substring("order:".length()));
                        version.setLong(3, 0);
                        version.setLong(4, entry.version());
                        version.addBatch();
                    }
                }
                row.executeBatch();
                if (mode == Mode.SAME_GUARANTEE) {
                    version.executeBatch();
                }
                cursor = part.next();
                position.setString(1, "orders");
                position.setString(2, cursor);
                position.executeUpdate();
                connection.commit();
            } while (cursor != null);
        }
    }

    private static void bind(PreparedStatement row, KeyValueStore.Entry entry) throws SQLException, IOException {
        OrderBlob order = READER.readValue(entry.value());
        row.setString(1, entry.key().substring("order:".length()));
        row.setString(2, order.customer());
        row.setString(3, order.status());
        row.setLong(4, order.placedAt());
        row.setDouble(5, order.total());
        row.setInt(6, order.items());
        row.setBoolean(7, order.paid());
        row.setString(8, order.address());
        row.setString(9, order.note());
    }

    private String rowSql() {
        String values = " VALUES (?,?,?,?,?,?,?,?,?)";
        if (mode == Mode.PLAIN_INSERT) {
            return "INSERT INTO \"orders\"" + COLUMNS + values;
        }
        return sqlite
                ? "INSERT INTO \"orders\"" + COLUMNS + values
                        + " ON CONFLICT(\"id\") DO UPDATE SET \"customer\"=excluded.\"customer\",\"status\"=excluded.\"status\","
                        + "\"placed_at\"=excluded.\"placed_at\",\"total\"=excluded.\"total\",\"items\"=excluded.\"items\","
                        + "\"paid\"=excluded.\"paid\",\"address\"=excluded.\"address\",\"note\"=excluded.\"note\""
                : "MERGE INTO \"orders\"" + COLUMNS + " KEY(\"id\")" + values;
    }

    private String versionSql() {
        String columns = "\"versions\"(\"entity\",\"partition\",\"epoch\",\"counter\")";
        return sqlite
                ? "INSERT INTO " + columns + " VALUES (?,?,?,?) ON CONFLICT(\"entity\",\"partition\") DO UPDATE SET "
                        + "\"epoch\"=excluded.\"epoch\",\"counter\"=excluded.\"counter\" WHERE "
                        + "excluded.\"epoch\">\"epoch\" OR excluded.\"counter\">\"counter\""
                : "MERGE INTO " + columns + " KEY(\"entity\",\"partition\") VALUES (?,?,?,?)";
    }

    private String cursorSql() {
        return sqlite
                ? "INSERT INTO \"cursors\" VALUES (?,?) ON CONFLICT(\"entity\") DO UPDATE SET \"position\"=excluded.\"position\""
                : "MERGE INTO \"cursors\" KEY(\"entity\") VALUES (?,?)";
    }
}
