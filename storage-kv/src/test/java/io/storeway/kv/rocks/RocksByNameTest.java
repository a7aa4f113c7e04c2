package io.storeway.kv.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.testkit.junit.StorageTest;
import org.junit.jupiter.api.Test;

@StorageTest("rocksdb")
class RocksByNameTest {

    static final Catalog CATALOG = Catalog.of();

    @Test
    void testsOfApplicationsRunOnRocksDb(Storage storage) {
        assertThat(storage.name()).isEqualTo("rocksdb");
    }
}
