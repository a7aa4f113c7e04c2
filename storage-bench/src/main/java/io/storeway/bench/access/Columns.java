package io.storeway.bench.access;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The statements and the conversion of rows, for the contestants that take SQL. */
final class Columns {

    static final String ALL = "id, customer, status, placed_at, total, items, paid, address, note";
    static final String FIND = "SELECT " + ALL + " FROM purchases WHERE id = ?";
    static final String OF_CUSTOMER = "SELECT " + ALL + " FROM purchases WHERE customer = ? ORDER BY id";
    static final String LATEST = "SELECT " + ALL + " FROM purchases WHERE status = ? AND placed_at BETWEEN ? AND ?"
            + " ORDER BY placed_at DESC, id LIMIT ?";

    private Columns() {}

    /** The upsert in the engine's dialect. */
    static String upsert(String engine) {
        String values = "(" + ALL + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        if (engine.equals("h2")) {
            return "MERGE INTO purchases " + values.replace(") VALUES", ") KEY (id) VALUES");
        }
        return "INSERT INTO purchases " + values
                + " ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, status = excluded.status,"
                + " placed_at = excluded.placed_at, total = excluded.total, items = excluded.items,"
                + " paid = excluded.paid, address = excluded.address, note = excluded.note";
    }

    static Purchase read(ResultSet row) throws SQLException {
        return new Purchase(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getDouble(5),
                row.getInt(6),
                row.getBoolean(7),
                row.getString(8),
                row.getString(9));
    }

    static void bind(PreparedStatement statement, Purchase purchase) throws SQLException {
        statement.setString(1, purchase.id());
        statement.setString(2, purchase.customer());
        statement.setString(3, purchase.status());
        statement.setLong(4, purchase.placedAt());
        statement.setDouble(5, purchase.total());
        statement.setInt(6, purchase.items());
        statement.setBoolean(7, purchase.paid());
        statement.setString(8, purchase.address());
        statement.setString(9, purchase.note());
    }
}
