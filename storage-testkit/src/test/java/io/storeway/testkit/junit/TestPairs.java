package io.storeway.testkit.junit;

import io.storeway.Storage;
import io.storeway.spi.CompositeStorageProvider;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes storages that know what they are made of. */
public final class TestPairs implements CompositeStorageProvider {

    /** For the ServiceLoader. */
    public TestPairs() {}

    @Override
    public Set<String> names() {
        return Set.of("pair");
    }

    @Override
    public Storage compose(String name, List<Storage> parts, Clock clock) {
        if (parts.size() != 2) {
            throw new IllegalArgumentException("A pair is made of two");
        }
        return TestStorageSource.named(parts.stream().map(Storage::name).collect(Collectors.joining("+")));
    }
}
