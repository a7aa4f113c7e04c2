package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Walks all partitions of a type. */
final class Scan {

    private Scan() {}

    static void of(ReplicaStore store, EntityType<?> type, int batch, Consumer<PartitionState> consumer) {
        @Nullable String cursor = null;
        do {
            ReplicaStore.ScanPage page = store.scan(type, cursor, batch);
            page.partitions().forEach(consumer);
            cursor = page.next();
        } while (cursor != null);
    }
}
