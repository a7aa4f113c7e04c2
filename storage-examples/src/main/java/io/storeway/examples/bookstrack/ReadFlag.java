package io.storeway.examples.bookstrack;

import io.storeway.error.StorageException;
import io.storeway.spi.KeyValueStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/**
 * The wish of those who run the service, as a text in the key-value store: {@code true}, {@code false}, or a share such as
 * {@code 10%}. It takes effect without a deployment, and it wishes only: the stage record decides.
 */
final class ReadFlag {

    static final String KEY = "feature:enable_d1_reads";

    private final KeyValueStore store;

    ReadFlag(KeyValueStore store) {
        this.store = store;
    }

    /** The share of reads that the new storage is wished to answer; empty if nothing that makes sense is said. */
    OptionalInt share() {
        KeyValueStore.Entry entry;
        try {
            entry = store.get(KEY);
        } catch (StorageException e) {
            return OptionalInt.empty();
        }
        String wish = entry == null ? "" : new String(entry.value(), StandardCharsets.UTF_8);
        return switch (wish) {
            case "true" -> OptionalInt.of(100);
            case "false" -> OptionalInt.of(0);
            default ->
                wish.matches("(100|[1-9]?[0-9])%")
                        ? OptionalInt.of(Integer.parseInt(wish.substring(0, wish.length() - 1)))
                        : OptionalInt.empty();
        };
    }

    void set(String wish) {
        store.commit(List.of(), List.of(KeyValueStore.Write.put(KEY, wish.getBytes(StandardCharsets.UTF_8))));
    }
}
