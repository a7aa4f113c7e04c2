package io.storeway.testkit.junit;

import io.storeway.Catalog;
import io.storeway.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;

/** Opens storages by name for {@link StorageTest}. Implementations are found by {@link java.util.ServiceLoader}. */
public interface StorageSource {

    /** The names of the storages that this source opens. */
    Set<String> names();

    /**
     * A fresh, empty storage; the test closes it.
     *
     * @param folder an empty folder, which is deleted after the test
     * @throws IllegalStateException if something is missing on the class path, naming the dependency to add
     */
    Storage open(String name, Catalog catalog, Clock clock, Path folder);
}
