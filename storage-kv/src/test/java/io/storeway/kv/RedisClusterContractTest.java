package io.storeway.kv;

import io.storeway.kv.redis.RedisStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.engine.Engines;

/** All keys share a slot here, because commits of the contract name several. */
class RedisClusterContractTest extends KeyValueStoreContract {

    @Override
    KeyValueStore open() {
        return RedisStore.open(Engines.redisCluster().newPlace());
    }
}
