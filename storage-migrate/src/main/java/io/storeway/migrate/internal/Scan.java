package io.storeway.migrate.internal;

import io.storeway.EntityType;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Walks all partitions of a type. */
public final class Scan {

    private Scan() {}

    /** Hands over every partition, in the order of the store. */
    public static void of(ReplicaStore store, EntityType<?> type, int batch, Consumer<PartitionState> consumer) {
        pages(store, type, batch, page -> page.forEach(consumer));
    }

    /** Hands over every partition, page by page, in the order of the store. */
    public static void pages(
            ReplicaStore store, EntityType<?> type, int batch, Consumer<List<PartitionState>> consumer) {
        @Nullable String cursor = null;
        do {
            ReplicaStore.ScanPage page = store.scan(type, cursor, batch);
            consumer.accept(page.partitions());
            cursor = page.next();
        } while (cursor != null);
    }
}
