package io.storeway.kv.cloudflare;

import io.storeway.Missing;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStoreProvider;
import java.util.List;

/** Opens {@code cloudflare-kv://ACCOUNT/NAMESPACE} as a {@link CloudflareKvStore}. */
public final class CloudflareKvStoreProvider implements KeyValueStoreProvider {

    /** For the ServiceLoader. */
    public CloudflareKvStoreProvider() {}

    @Override
    public List<String> schemes() {
        return List.of("cloudflare-kv://ACCOUNT/NAMESPACE");
    }

    @Override
    public boolean accepts(String uri) {
        return uri.startsWith(CloudflareKvStore.SERVICE.scheme());
    }

    @Override
    public KeyValueStore open(String uri, Missing missing) {
        return CloudflareKvStore.open(uri);
    }
}
