package io.storeway.bench;

import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The loop that one would write by hand: one thread, Jackson, JDBC batches, and the cursor saved in the transaction of the data,
 * so that it can resume. In the mode {@link Mode#SAME_GUARANTEE} it promises what Storeway's backfill does: rows are upserted,
 * so a batch can be repeated, and each record's version is kept and never lowered.
 */
final class HandWrittenLoader implements Loader {

    /** How much the loader promises. */
    enum Mode {
        /** Upserts rows and versions. */
        SAME_GUARANTEE,
        /** Only inserts rows. */
        PLAIN_INSERT
    }

    private final LoaderSchema schema;
    private final Mode mode;

    HandWrittenLoader(LoaderSchema schema, Mode mode) {
        this.schema = schema;
        this.mode = mode;
    }

    @Override
    public void load(KeyValueStore source, Connection connection, int batch) throws SQLException, IOException {
        connection.setAutoCommit(false);
        try (PreparedStatement row = connection.prepareStatement(
                        mode == Mode.PLAIN_INSERT ? schema.insertRow() : schema.upsertRow());
                PreparedStatement version = connection.prepareStatement(schema.upsertVersion());
                PreparedStatement position = connection.prepareStatement(schema.upsertCursor())) {
            @Nullable String cursor = null;
            do {
                KeyValueStore.Listing part = source.list("order:", cursor, batch);
                for (KeyValueStore.Entry entry : part.entries()) {
                    bind(row, entry);
                    row.addBatch();
                    if (mode == Mode.SAME_GUARANTEE) {
                        version.setString(1, "orders");
                        version.setString(2, OrderBlob.id(entry));
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
        OrderBlob order = OrderBlob.of(entry);
        row.setString(1, OrderBlob.id(entry));
        row.setString(2, order.customer());
        row.setString(3, order.status());
        row.setLong(4, order.placedAt());
        row.setDouble(5, order.total());
        row.setInt(6, order.items());
        row.setBoolean(7, order.paid());
        row.setString(8, order.address());
        row.setString(9, order.note());
    }
}
