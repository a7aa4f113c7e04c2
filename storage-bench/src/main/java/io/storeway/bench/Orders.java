package io.storeway.bench;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.spi.KeyValueStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Test data: orders of about 600 bytes in nine fields, each a blob of its own. */
public final class Orders {

    /** An order. */
    public record Order(
            String id,
            String customer,
            String status,
            long placedAt,
            double total,
            int items,
            boolean paid,
            String address,
            String note) {}

    /** How orders are stored: each under its id. */
    public static final EntityType<Order> TYPE = EntityType.of(Order.class)
            .named("orders")
            .identifiedBy(Order::id)
            .keyValue("order:{id}", Blob.object())
            .sql(table -> table.index(Order::customer))
            .build();

    /** A catalog of orders. */
    public static final Catalog CATALOG = Catalog.of(TYPE);

    /** How many records are written in one commit. */
    private static final int COMMIT = 5_000;

    private static final int ADDRESS_LENGTH = 120;
    private static final int NOTE_LENGTH = 280;

    private Orders() {}

    /** Writes so many records with ascending ids. The same number gives the same records. */
    static void fill(KeyValueStore store, int records) {
        SplittableRandom random = new SplittableRandom(42);
        List<KeyValueStore.Write> writes = new ArrayList<>(COMMIT);
        for (int i = 0; i < records; i++) {
            writes.add(KeyValueStore.Write.put("order:%09d".formatted(i), blob(i, random)));
            if (writes.size() == COMMIT || i == records - 1) {
                store.commit(List.of(), writes);
                writes.clear();
            }
        }
    }

    /** So many records. The same number gives the same records. */
    public static List<Order> some(int records) {
        try (MemoryStore store = new MemoryStore();
                Storage storage = KvStorage.open(store, CATALOG)) {
            fill(store, records);
            return storage.repository(TYPE).all().allowScan().list();
        }
    }

    private static byte[] blob(int i, SplittableRandom random) {
        String address = RandomText.of(random, ADDRESS_LENGTH);
        String note = RandomText.of(random, NOTE_LENGTH);
        String json =
                "{\"customer\":\"customer-%06d\",\"status\":\"%s\",\"placedAt\":%d,\"total\":%d.%02d,\"items\":%d,"
                        .formatted(
                                random.nextInt(50_000),
                                i % 3 == 0 ? "open" : "shipped",
                                1_700_000_000_000L + i,
                                random.nextInt(1_000),
                                random.nextInt(1, 100),
                                random.nextInt(1, 20));
        return (json + "\"paid\":" + (i % 2 == 0) + ",\"address\":\"" + address + "\",\"note\":\"" + note + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
