package io.storeway.testkit.junit;

import io.storeway.Catalog;
import io.storeway.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;

/** Knows a name that {@link TestStorageSource} knows too. */
public final class OtherTestSource implements StorageSource {

    /** For the ServiceLoader. */
    public OtherTestSource() {}

    @Override
    public Set<String> names() {
        return Set.of("twice");
    }

    @Override
    public Storage open(String name, Catalog catalog, Clock clock, Path folder) {
        return TestStorageSource.named(name);
    }
}
