package io.storeway.spi;

import io.storeway.Missing;
import java.util.List;

/**
 * Opens key-value stores by URI; found by {@link java.util.ServiceLoader}. A {@link StorageProvider} of storage-kv keeps
 * records as blobs in whatever store such a provider opens, so a store need not know of entity types.
 */
public interface KeyValueStoreProvider {

    /** The beginnings of the URIs that this provider knows, with what follows, for example {@code kv+jdbc:sqlite:FILE}. */
    List<String> schemes();

    /** Whether this provider opens the URI. */
    boolean accepts(String uri);

    /**
     * Opens a store; closing it ends everything that was opened here.
     *
     * @param missing what becomes of a file, folder or table that is not there; a server has nothing that could be missing
     * @throws io.storeway.error.StorageException if it can't be opened
     */
    KeyValueStore open(String uri, Missing missing);
}
