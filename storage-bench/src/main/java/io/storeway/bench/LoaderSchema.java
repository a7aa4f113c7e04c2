package io.storeway.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The tables of the hand-written loaders, and their statements in the dialect of each engine. */
enum LoaderSchema {
    SQLITE("TEXT", "INTEGER", "REAL", "INTEGER"),
    H2("VARCHAR", "BIGINT", "DOUBLE PRECISION", "BOOLEAN"),
    POSTGRESQL("TEXT COLLATE \"C\"", "BIGINT", "DOUBLE PRECISION", "BOOLEAN");

    static final String COLUMNS =
            "\"id\",\"customer\",\"status\",\"placed_at\",\"total\",\"items\",\"paid\",\"address\",\"note\"";
    /** Makes an insert of a row an upsert. */
    static final String OR_UPDATE_ROW =
            " ON CONFLICT(\"id\") DO UPDATE SET \"customer\"=excluded.\"customer\",\"status\"=excluded.\"status\","
                    + "\"placed_at\"=excluded.\"placed_at\",\"total\"=excluded.\"total\",\"items\"=excluded.\"items\","
                    + "\"paid\"=excluded.\"paid\",\"address\"=excluded.\"address\",\"note\"=excluded.\"note\"";

    static final String VERSIONS = "\"versions\"(\"entity\",\"partition\",\"epoch\",\"counter\")";
    /** Makes an insert of a version an upsert, unless the stored version is newer. */
    static final String OR_RAISE_VERSION = " ON CONFLICT(\"entity\",\"partition\") DO UPDATE SET "
            + "\"epoch\"=excluded.\"epoch\",\"counter\"=excluded.\"counter\" WHERE "
            + "excluded.\"epoch\">\"versions\".\"epoch\" OR excluded.\"counter\">\"versions\".\"counter\"";

    private final String text;
    private final String integer;
    private final String real;
    private final String bool;

    LoaderSchema(String text, String integer, String real, String bool) {
        this.text = text;
        this.integer = integer;
        this.real = real;
        this.bool = bool;
    }

    void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    ("CREATE TABLE \"orders\"(\"id\" %1$s NOT NULL PRIMARY KEY,\"customer\" %1$s NOT NULL,"
                                    + "\"status\" %1$s NOT NULL,\"placed_at\" %2$s NOT NULL,\"total\" %3$s NOT NULL,"
                                    + "\"items\" %2$s NOT NULL,\"paid\" %4$s NOT NULL,\"address\" %1$s NOT NULL,"
                                    + "\"note\" %1$s NOT NULL)")
                            .formatted(text, integer, real, bool));
            statement.executeUpdate("CREATE INDEX \"orders_customer_ix\" ON \"orders\"(\"customer\")");
            statement.executeUpdate(("CREATE TABLE \"versions\"(\"entity\" %1$s NOT NULL,\"partition\" %1$s NOT NULL,"
                            + "\"epoch\" %2$s NOT NULL,\"counter\" %2$s NOT NULL, PRIMARY KEY(\"entity\",\"partition\"))"
                            + (this == SQLITE ? " WITHOUT ROWID" : ""))
                    .formatted(text, integer));
            statement.executeUpdate(
                    "CREATE TABLE \"cursors\"(\"entity\" %1$s NOT NULL PRIMARY KEY,\"position\" %1$s)".formatted(text));
        }
    }

    String insertRow() {
        return "INSERT INTO \"orders\"(" + COLUMNS + ") VALUES (?,?,?,?,?,?,?,?,?)";
    }

    String upsertRow() {
        return this == H2
                ? "MERGE INTO \"orders\"(" + COLUMNS + ") KEY(\"id\") VALUES (?,?,?,?,?,?,?,?,?)"
                : insertRow() + OR_UPDATE_ROW;
    }

    String upsertVersion() {
        return this == H2
                ? "MERGE INTO " + VERSIONS + " KEY(\"entity\",\"partition\") VALUES (?,?,?,?)"
                : "INSERT INTO " + VERSIONS + " VALUES (?,?,?,?)" + OR_RAISE_VERSION;
    }

    String upsertCursor() {
        return this == H2
                ? "MERGE INTO \"cursors\" KEY(\"entity\") VALUES (?,?)"
                : "INSERT INTO \"cursors\" VALUES (?,?) ON CONFLICT(\"entity\") DO UPDATE SET \"position\"=excluded.\"position\"";
    }
}
