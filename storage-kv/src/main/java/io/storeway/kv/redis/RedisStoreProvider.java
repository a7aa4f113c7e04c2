package io.storeway.kv.redis;

import io.storeway.Missing;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStoreProvider;
import java.util.List;

/** Opens {@code redis://} and {@code redis+cluster://}, each also with TLS, as a {@link RedisStore}. */
public final class RedisStoreProvider implements KeyValueStoreProvider {

    /** For the ServiceLoader. */
    public RedisStoreProvider() {}

    @Override
    public List<String> schemes() {
        return List.of("redis://HOST[:PORT][/DATABASE]", "redis+cluster://HOST:PORT,HOST:PORT[/TAG]");
    }

    @Override
    public boolean accepts(String uri) {
        return List.of("redis://", "rediss://", "redis+cluster://", "rediss+cluster://").stream()
                .anyMatch(uri::startsWith);
    }

    @Override
    public KeyValueStore open(String uri, Missing missing) {
        return RedisStore.open(uri);
    }
}
