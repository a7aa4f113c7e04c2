package io.storeway.spi;

import io.storeway.Missing;
import java.util.List;

/**
 * Opens key-value stores by URI. Found by {@link java.util.ServiceLoader}. A {@link StorageProvider} of storage-kv keeps records as blobs in
 * every store that such a provider opens, so a store needn't know entity types.
 */
public interface KeyValueStoreProvider {

    /** The forms of URIs that this provider knows, for example {@code kv+jdbc:sqlite:FILE}. */
    List<String> schemes();

    /** Whether this provider opens the URI. */
    boolean accepts(String uri);

    /**
     * Opens a store. Closing it also closes what was opened for it.
     *
     * @param missing what to do about a file, folder or table that doesn't exist; on a server nothing can be missing
     * @throws io.storeway.error.StorageException if it can't be opened
     */
    KeyValueStore open(String uri, Missing missing);
}
