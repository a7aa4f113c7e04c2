package io.storeway.bench.blob;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.kv.Durability;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MvStore;
import io.storeway.kv.redis.RedisStore;
import io.storeway.kv.rocks.RocksStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.engine.Engines;
import java.nio.file.Path;

/** Storeway's repository. */
final class StorewayBlobs implements Blobs {

    private static final EntityType<Parcel> TYPE = EntityType.of(Parcel.class)
            .named("parcels")
            .identifiedBy(Parcel::id)
            .keyValue("parcel:{id}", Blob.object())
            .build();

    private final KeyValueStore store;
    private final Repository<Parcel> parcels;

    StorewayBlobs(String engine, Path folder) {
        this.store = switch (engine) {
            case "mvstore" -> MvStore.open(folder.resolve("bench.mv"), Durability.COMMIT);
            case "rocksdb" -> RocksStore.open(folder.resolve("rocks"), Durability.COMMIT);
            case "redis" -> RedisStore.open(Engines.redis().newPlace());
            default -> throw new IllegalArgumentException(engine);
        };
        this.parcels = KvStorage.open(store, Catalog.of(TYPE)).repository(TYPE);
    }

    @Override
    public Parcel get(String id) {
        return parcels.find(id).orElseThrow();
    }

    @Override
    public void put(Parcel parcel) {
        parcels.save(parcel);
    }

    @Override
    public void close() {
        store.close();
    }
}
