package io.storeway.spi;

import io.storeway.Storage;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/**
 * Makes storages of other storages by name, for tests that name them: a cache in front of one, a migration between two. Found
 * by {@link java.util.ServiceLoader}.
 */
public interface CompositeStorageProvider {

    /** The names it knows, for example {@code cached}. */
    Set<String> names();

    /**
     * Makes a storage. Closing it leaves its parts open.
     *
     * @param name one of {@link #names}
     * @param parts empty storages of one catalog
     * @throws IllegalArgumentException if it isn't made of so many parts
     */
    Storage compose(String name, List<Storage> parts, Clock clock);
}
