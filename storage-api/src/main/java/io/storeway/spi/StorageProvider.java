package io.storeway.spi;

import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Storage;
import java.time.Clock;
import java.util.List;

/** Opens storages by URI; found by {@link java.util.ServiceLoader}. */
public interface StorageProvider {

    /** The forms of URIs that this provider knows, for example {@code mvstore:FILE}. */
    List<String> schemes();

    /** Whether this provider opens the URI. */
    boolean accepts(String uri);

    /**
     * Opens a storage, as {@link io.storeway.Storages#open(String, Catalog, Clock, Missing)} describes it.
     *
     * @throws io.storeway.error.StorageException if it can't be opened
     */
    Storage open(String uri, Catalog catalog, Clock clock, Missing missing);
}
