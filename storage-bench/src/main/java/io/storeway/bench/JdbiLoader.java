package io.storeway.bench;

import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.sql.Connection;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The loop of {@link HandWrittenLoader} with the same guarantee, by Jdbi's prepared batches. */
final class JdbiLoader implements Loader {

    private final LoaderSchema schema;

    JdbiLoader(LoaderSchema schema) {
        this.schema = schema;
    }

    @Override
    public void load(KeyValueStore source, Connection connection, int batch) throws IOException {
        try (Handle handle = Jdbi.create(connection).open()) {
            @Nullable String cursor = null;
            do {
                KeyValueStore.Listing part = source.list("order:", cursor, batch);
                handle.useTransaction(transaction -> write(transaction, part));
                cursor = part.next();
            } while (cursor != null);
        }
    }

    private void write(Handle handle, KeyValueStore.Listing part) throws IOException {
        PreparedBatch rows = handle.prepareBatch(schema.upsertRow());
        PreparedBatch versions = handle.prepareBatch(schema.upsertVersion());
        for (KeyValueStore.Entry entry : part.entries()) {
            OrderBlob order = OrderBlob.of(entry);
            String id = OrderBlob.id(entry);
            rows.add(
                    id,
                    order.customer(),
                    order.status(),
                    order.placedAt(),
                    order.total(),
                    order.items(),
                    order.paid(),
                    order.address(),
                    order.note());
            versions.add("orders", id, 0L, entry.version());
        }
        rows.execute();
        versions.execute();
        handle.execute(schema.upsertCursor(), "orders", part.next());
    }
}
