package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Storages;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.spi.KeyValueStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyValueStoresTest {

    @TempDir
    Path folder;

    @Test
    void theUriChoosesTheStore() throws Exception {
        Path dump = Files.writeString(folder.resolve("dump.ndjson"), "");
        assertThat(nameOf("memory:")).isEqualTo("memory");
        assertThat(nameOf("mvstore:" + folder.resolve("data.mv"))).isEqualTo("mvstore");
        assertThat(nameOf("ndjson:" + dump)).isEqualTo("ndjson");
    }

    private static String nameOf(String uri) {
        try (KeyValueStore store = KeyValueStores.open(uri)) {
            return store.name();
        }
    }

    @Test
    void anUnknownSchemeIsRefusedWithThoseThatAreKnown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyValueStores.open("etcd:x"))
                .withMessageContaining("etcd: is no key-value store")
                .withMessageContaining("memory:, mvstore:FILE, ndjson:FILE[.gz]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory:x", "memory:?x=y", "memory://"})
    void whatFollowsMemoryIsRefused(String uri) {
        for (ThrowingCallable open : List.<ThrowingCallable>of(
                () -> KeyValueStores.open(uri),
                () -> Storages.open(uri, Catalog.of()).close())) {
            assertThatThrownBy(open)
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("memory: is the whole URI");
        }
    }

    @Test
    void aUriWithoutAFileIsRefused() {
        assertThatThrownBy(() -> KeyValueStores.open("mvstore:")).isInstanceOf(InvalidValueException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mvstore:", "rocksdb:"})
    void whatIsMissingIsRefusedOrStoodInForAndNotMade(String scheme) {
        String uri = scheme + folder.resolve("data");
        assertThatThrownBy(() -> KeyValueStores.open(uri, Missing.REFUSE))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining(folder.resolve("data") + " does not exist");
        try (KeyValueStore empty = KeyValueStores.open(uri, Missing.ALLOW)) {
            assertThat(empty.get("a")).isNull();
        }
        assertThat(folder).isEmptyDirectory();
        KeyValueStores.open(uri, Missing.CREATE).close();
        try (KeyValueStore there = KeyValueStores.open(uri, Missing.REFUSE)) {
            assertThat(there.name()).isEqualTo(scheme.substring(0, scheme.length() - 1));
        }
    }
}
