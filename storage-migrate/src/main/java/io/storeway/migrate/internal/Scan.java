package io.storeway.migrate.internal;

import io.storeway.EntityType;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Walks all partitions of a type. */
public final class Scan {

    private Scan() {}

    /** Hands over every partition, in the order of the store. */
    public static void of(ReplicaStore store, EntityType<?> type, int batch, Consumer<PartitionState> consumer) {
        @Nullable String cursor = null;
        do {
            ReplicaStore.ScanPage page = store.scan(type, cursor, batch);
            page.partitions().forEach(consumer);
            cursor = page.next();
        } while (cursor != null);
    }
}
