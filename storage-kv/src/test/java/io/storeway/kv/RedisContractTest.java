package io.storeway.kv;

import io.storeway.kv.redis.RedisStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.engine.Engines;

class RedisContractTest extends KeyValueStoreContract {

    @Override
    KeyValueStore open() {
        return RedisStore.open(Engines.redis().newPlace());
    }
}
