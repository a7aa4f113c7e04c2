package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.spi.KeyValueStore;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MemoryStoreTest {

    @Test
    void aValueThatTheCallerChangesLaterStaysAsItWas() {
        MemoryStore store = new MemoryStore();
        byte[] value = {1};
        store.commit(List.of(), List.of(KeyValueStore.Write.put("k", value)));
        value[0] = 2;
        assertThat(Objects.requireNonNull(store.get("k")).value()).containsExactly(1);
    }
}
