package io.storeway.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.storeway.spi.KeyValueStore;
import java.io.IOException;

/** A blob as Jackson reads it, for the hand-written loaders. */
record OrderBlob(
        String customer,
        String status,
        long placedAt,
        double total,
        int items,
        boolean paid,
        String address,
        String note) {

    private static final ObjectReader READER = new ObjectMapper().readerFor(OrderBlob.class);

    static OrderBlob of(KeyValueStore.Entry entry) throws IOException {
        return READER.readValue(entry.value());
    }

    static String id(KeyValueStore.Entry entry) {
        return entry.key().substring("order:".length());
    }
}
