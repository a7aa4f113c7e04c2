package io.storeway.spi;

import io.storeway.Storage;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/**
 * Makes a storage from other storages, for tests that choose storages by name: for instance a cache in front of one, or a migration between
 * two. Found by {@link java.util.ServiceLoader}.
 */
public interface CompositeStorageProvider {

    /** The names it knows, for example {@code cached}. */
    Set<String> names();

    /**
     * Makes a storage. Closing it leaves its parts open.
     *
     * @param name one of {@link #names}
     * @param parts empty storages of one catalog
     * @throws IllegalArgumentException if it needs another number of parts
     */
    Storage compose(String name, List<Storage> parts, Clock clock);
}
