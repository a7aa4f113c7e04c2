package io.storeway.kv.backup;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.kv.NdjsonDump;
import io.storeway.kv.NdjsonWriter;
import io.storeway.kv.internal.EntryPages;
import io.storeway.kv.internal.IndexKeys;
import io.storeway.spi.KeyValueStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A file with all entries of a key-value store: keys, values, metadata and expiry, also of expired entries, but no versions. Written and
 * restored page by page, in the memory of 500 entries. Immutable, as long as nobody changes the file.
 *
 * <p>The file's name says its form: {@code .ndjson} for lines, {@code .json} for an array as wrangler's bulk commands take it; with
 * {@code .gz} behind it, it is compressed. Beside it is a file of the same name with {@code .sha256} behind it, for {@code sha256sum
 * --check}. That is written last, so a backup without it is incomplete.
 *
 * <p>Each entry is as it was at some moment during the backup. The backup is the state of one moment only if nobody writes meanwhile.
 * The {@linkplain io.storeway.kv.ConstraintIndex index of constraints} is left out.
 */
public final class Backup {

    private static final int TOLD_AFTER = 500;

    private final Path file;
    private final String sha256;
    private final long entries;
    private final int longestKeyBytes;
    private final boolean sorted;

    private Backup(Path file, String sha256, long entries, int longestKeyBytes, boolean sorted) {
        this.file = file;
        this.sha256 = sha256;
        this.entries = entries;
        this.longestKeyBytes = longestKeyBytes;
        this.sorted = sorted;
    }

    /**
     * Writes a backup.
     *
     * @param progress is told now and then how many entries are written
     * @throws InvalidValueException if the file's name has none of these endings, the file exists already, or its form can't hold an
     *     entry's expiry or metadata; no file is written then
     * @throws io.storeway.error.StorageException if the store can't be read or the file can't be written
     */
    public static Backup write(KeyValueStore store, Path file, LongConsumer progress) {
        if (!file.toString().matches(".*\\.(ndjson|json)(\\.gz)?")) {
            throw refused(file, "the name of a backup ends with .ndjson or .json, and .gz behind it to compress it");
        }
        if (Files.exists(file)) {
            throw refused(file, "it is there already, and a backup replaces no other; name another file");
        }
        long entries = 0;
        try (NdjsonWriter writer = NdjsonWriter.create(file)) {
            for (List<KeyValueStore.Entry> page : EntryPages.of(store, "")) {
                List<KeyValueStore.Entry> data = page.stream()
                        .filter(entry -> !IndexKeys.covers(entry.key()))
                        .toList();
                data.forEach(writer::write);
                entries += data.size();
                progress.accept(entries);
            }
            writer.finish();
        }
        new ChecksumFile(file).write();
        return open(file, progress);
    }

    /**
     * Opens a backup: compares its checksum and reads it to its end.
     *
     * @param progress is told now and then how many entries are read
     * @throws InvalidValueException if the checksum is missing or differs, or the file is damaged; the message says where
     * @throws io.storeway.error.StorageUnavailableException if the file is missing or can't be read
     */
    public static Backup open(Path file, LongConsumer progress) {
        // Fails for a missing file, which is said rather than that its checksum is missing.
        NdjsonDump.open(file).close();
        return read(file, new ChecksumFile(file).verify(), progress);
    }

    /** As {@link #open}, for a file without a checksum. Damage to an uncompressed file may go unnoticed. */
    public static Backup openWithoutChecksum(Path file, LongConsumer progress) {
        NdjsonDump.open(file).close();
        return read(file, new ChecksumFile(file).hash(), progress);
    }

    private static Backup read(Path file, String sha256, LongConsumer progress) {
        long entries = 0;
        int longest = 0;
        boolean sorted = true;
        byte @Nullable [] last = null;
        try (NdjsonDump dump = NdjsonDump.open(file)) {
            while (dump.hasNext()) {
                byte[] key = dump.next().write().key().getBytes(StandardCharsets.UTF_8);
                sorted &= last == null || Arrays.compareUnsigned(last, key) < 0;
                longest = Math.max(longest, key.length);
                last = key;
                entries++;
                if (entries % TOLD_AFTER == 0) {
                    progress.accept(entries);
                }
            }
        }
        return new Backup(file, sha256, entries, longest, sorted);
    }

    /** The file. */
    public Path file() {
        return file;
    }

    /** The SHA-256 of the file, in hex. */
    public String sha256() {
        return sha256;
    }

    /** How many entries it has. */
    public long entries() {
        return entries;
    }

    /**
     * Writes every entry into a store that is missing or different there, and compares all of them afterwards. A restore that was
     * interrupted can be made again, and writes what is left. An index of constraints in the store is dropped first, and has to be
     * built anew.
     *
     * @param others what to do about keys of the store that the backup lacks
     * @param progress is told now and then how many entries are written and compared
     * @throws InvalidValueException if a key is too long for the store, or if other keys are to be deleted and the backup is not
     *     sorted by key; nothing is changed then
     * @throws io.storeway.error.UnsupportedCapabilityException if the store takes no writes
     * @throws io.storeway.error.StorageException if the store fails
     */
    public RestoreReport restore(KeyValueStore store, OtherKeys others, LongConsumer progress) {
        if (longestKeyBytes > store.maxKeyBytes()) {
            throw refused(
                    file,
                    "it has a key of " + longestKeyBytes + " bytes, and " + store.name() + " takes "
                            + store.maxKeyBytes());
        }
        if (others == OtherKeys.DELETE && !sorted) {
            throw refused(
                    file, "its keys are not sorted, so those that it lacks can't be found; sort its lines by key");
        }
        return new Restore(file, store, progress).run(others);
    }

    private static InvalidValueException refused(Path file, String reason) {
        return new InvalidValueException(file.toString(), reason, ErrorContext.of("backup"), null);
    }
}
