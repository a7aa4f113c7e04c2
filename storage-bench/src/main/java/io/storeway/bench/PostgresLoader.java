package io.storeway.bench;

import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** The two fastest hand-written ways into PostgreSQL with the same guarantee as {@link HandWrittenLoader}: a batch in one statement. */
final class PostgresLoader implements Loader {

    /** How a batch gets to the server. */
    enum Mode {
        /** An array for each column. */
        UNNEST,
        /** COPY into a temporary table, and one upsert from there. */
        COPY
    }

    private final Mode mode;

    PostgresLoader(Mode mode) {
        this.mode = mode;
    }

    @Override
    public void load(KeyValueStore source, Connection connection, int batch) throws SQLException, IOException {
        connection.setAutoCommit(false);
        if (mode == Mode.COPY) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "CREATE TEMPORARY TABLE staging (LIKE \"orders\", version BIGINT) ON COMMIT DELETE ROWS");
            }
        }
        try (PreparedStatement position = connection.prepareStatement(LoaderSchema.POSTGRESQL.upsertCursor())) {
            @Nullable String cursor = null;
            do {
                KeyValueStore.Listing part = source.list("order:", cursor, batch);
                if (mode == Mode.COPY) {
                    copy(connection, part.entries());
                } else {
                    unnest(connection, part.entries());
                }
                cursor = part.next();
                position.setString(1, "orders");
                position.setString(2, cursor);
                position.executeUpdate();
                connection.commit();
            } while (cursor != null);
        }
    }

    private static void copy(Connection connection, List<KeyValueStore.Entry> entries)
            throws SQLException, IOException {
        StringBuilder lines = new StringBuilder(entries.size() * 600);
        for (KeyValueStore.Entry entry : entries) {
            OrderBlob order = OrderBlob.of(entry);
            text(lines, OrderBlob.id(entry));
            text(lines, order.customer());
            text(lines, order.status());
            lines.append(order.placedAt()).append('\t').append(order.total()).append('\t');
            lines.append(order.items()).append('\t').append(order.paid()).append('\t');
            text(lines, order.address());
            text(lines, order.note());
            lines.append(entry.version()).append('\n');
        }
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY staging FROM STDIN", new StringReader(lines.toString()));
        try (PreparedStatement rows = connection.prepareStatement("INSERT INTO \"orders\"(" + LoaderSchema.COLUMNS
                        + ") SELECT " + LoaderSchema.COLUMNS + " FROM staging" + LoaderSchema.OR_UPDATE_ROW);
                PreparedStatement versions = connection.prepareStatement("INSERT INTO " + LoaderSchema.VERSIONS
                        + " SELECT 'orders', \"id\", 0, version FROM staging" + LoaderSchema.OR_RAISE_VERSION)) {
            rows.executeUpdate();
            versions.executeUpdate();
        }
    }

    /** Appends a text as COPY reads it, and a tab. */
    private static void text(StringBuilder line, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> line.append("\\\\");
                case '\t' -> line.append("\\t");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                default -> line.append(c);
            }
        }
        line.append('\t');
    }

    private static void unnest(Connection connection, List<KeyValueStore.Entry> entries)
            throws SQLException, IOException {
        int size = entries.size();
        String[][] texts = new String[5][size];
        Long[] placedAt = new Long[size];
        Double[] total = new Double[size];
        Long[] items = new Long[size];
        Boolean[] paid = new Boolean[size];
        Long[] version = new Long[size];
        for (int i = 0; i < size; i++) {
            OrderBlob order = OrderBlob.of(entries.get(i));
            texts[0][i] = OrderBlob.id(entries.get(i));
            texts[1][i] = order.customer();
            texts[2][i] = order.status();
            texts[3][i] = order.address();
            texts[4][i] = order.note();
            placedAt[i] = order.placedAt();
            total[i] = order.total();
            items[i] = (long) order.items();
            paid[i] = order.paid();
            version[i] = entries.get(i).version();
        }
        update(
                connection,
                "INSERT INTO \"orders\"(" + LoaderSchema.COLUMNS
                        + ") SELECT * FROM unnest(?::text[],?::text[],?::text[],?::bigint[],?::double precision[],?::bigint[],"
                        + "?::boolean[],?::text[],?::text[])" + LoaderSchema.OR_UPDATE_ROW,
                texts[0],
                texts[1],
                texts[2],
                placedAt,
                total,
                items,
                paid,
                texts[3],
                texts[4]);
        update(
                connection,
                "INSERT INTO " + LoaderSchema.VERSIONS
                        + " SELECT 'orders', id, 0, version FROM unnest(?::text[],?::bigint[]) AS given(id, version)"
                        + LoaderSchema.OR_RAISE_VERSION,
                texts[0],
                version);
    }

    private static void update(Connection connection, String sql, Object... arrays) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arrays.length; i++) {
                statement.setObject(i + 1, arrays[i]);
            }
            statement.executeUpdate();
        }
    }
}
