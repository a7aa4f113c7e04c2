package io.storeway.testkit.junit;

import io.storeway.Catalog;
import io.storeway.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;

/** Gives storages to {@link StorageTest} by name. Found by {@link java.util.ServiceLoader}. */
public interface StorageSource {

    /** The names it knows. */
    Set<String> names();

    /**
     * A fresh, empty storage; the test closes it.
     *
     * @param folder an empty folder, which is deleted after the test
     * @throws IllegalStateException if something is missing on the class path, naming the dependency to add
     */
    Storage open(String name, Catalog catalog, Clock clock, Path folder);
}
