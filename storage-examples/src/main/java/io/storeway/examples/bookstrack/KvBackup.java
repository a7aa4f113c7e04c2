package io.storeway.examples.bookstrack;

import io.storeway.kv.NdjsonDump;
import io.storeway.kv.NdjsonWriter;
import io.storeway.spi.KeyValueStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A dump of a whole key-value store with its checksum: what is made before a migration, and tried out. */
record KvBackup(Path file, long keys, String sha256) {

    private static final int PAGE = 1_000;

    /** Writes every entry to the file. */
    static KvBackup of(KeyValueStore store, Path file) {
        try (NdjsonWriter writer = NdjsonWriter.create(file)) {
            long keys = 0;
            @Nullable String cursor = null;
            do {
                KeyValueStore.Listing page = store.list("", cursor, PAGE);
                page.entries().forEach(writer::write);
                keys += page.entries().size();
                cursor = page.next();
            } while (cursor != null);
            return new KvBackup(file, keys, writer.finish());
        }
    }

    /**
     * Loads the dump into a store, makes a dump of that, and compares: what can't be restored is no backup.
     *
     * @return whether the restored store is the same, byte for byte
     */
    boolean restores(KeyValueStore empty, Path again) {
        load(file, empty, key -> true);
        return of(empty, again).sha256().equals(sha256);
    }

    /** Loads the wanted keys of a dump and says how many they were. */
    static long load(Path dump, KeyValueStore store, Predicate<String> wanted) {
        long keys = 0;
        try (NdjsonDump lines = NdjsonDump.open(dump)) {
            List<KeyValueStore.Write> writes = new ArrayList<>(PAGE);
            while (lines.hasNext()) {
                KeyValueStore.Write write = lines.next().write();
                if (wanted.test(write.key())) {
                    writes.add(write);
                    keys++;
                }
                if (writes.size() == PAGE || !lines.hasNext()) {
                    store.commit(List.of(), writes);
                    writes.clear();
                }
            }
        }
        return keys;
    }
}
