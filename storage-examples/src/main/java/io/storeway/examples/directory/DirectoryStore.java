package io.storeway.examples.directory;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.error.VersionConflictException;
import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key-value store in a directory, with one file for each key. It is written against storage-api alone, as an example of a
 * backend of your own; {@code KvStorage.open(DirectoryStore.open(folder), catalog)} makes a storage of it.
 *
 * <p>A commit writes all of its entries into a journal and renames the journal into place; with the rename the commit has
 * happened. Then each file is replaced by an atomic rename, and the journal becomes the record of the last commit. If the
 * process dies in between, opening the store finishes the journal. An acknowledged commit survives the death of the process,
 * not a loss of power. All values are also kept in the heap. One process at a time may open the folder; within it the store
 * is thread-safe.
 */
public final class DirectoryStore implements KeyValueStore {

    private static final int MAX_KEY_BYTES = 1_024;
    private static final String JOURNAL = "journal";
    /** Holds the number of the last commit, from which versions go on after a restart. */
    private static final String LAST = "last-commit";

    private static final String SUFFIX = ".entry";

    private final Path folder;
    private final TreeMap<String, Entry> entries = new TreeMap<>((left, right) ->
            Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8)));
    private long version;
    private boolean closed;

    private DirectoryStore(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens the store in a folder, which is created if it is missing.
     *
     * @throws StorageUnavailableException if the folder can't be read or written
     */
    public static DirectoryStore open(Path folder) {
        DirectoryStore store = new DirectoryStore(folder);
        store.io("open", () -> {
            Files.createDirectories(folder);
            store.recover();
            return true;
        });
        return store;
    }

    /** Finishes a commit that was interrupted, then reads all entries. */
    private void recover() throws IOException {
        if (Files.exists(folder.resolve(JOURNAL))) {
            apply(Journal.read(folder.resolve(JOURNAL)));
        }
        if (Files.exists(folder.resolve(LAST))) {
            version = Journal.read(folder.resolve(LAST)).version();
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(SUFFIX)).toList()) {
                Journal one = Journal.read(file);
                one.writes().forEach(write -> remember(write, one.version()));
            }
        }
    }

    @Override
    public String name() {
        return "directory";
    }

    @Override
    public String identity() {
        return folder.toAbsolutePath().normalize().toString();
    }

    @Override
    public int maxKeyBytes() {
        return MAX_KEY_BYTES;
    }

    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public synchronized @Nullable Entry get(String key) {
        requireOpen("get");
        return entry(key);
    }

    /** The entry of a key. An unpaired surrogate would become a question mark in UTF-8, and so the key of another entry. */
    private @Nullable Entry entry(String key) {
        return malformed(key) ? null : entries.get(key);
    }

    @Override
    public synchronized List<@Nullable Entry> getAll(List<String> keys) {
        requireOpen("get");
        List<@Nullable Entry> found = new ArrayList<>(keys.size());
        keys.forEach(key -> found.add(entry(key)));
        return found;
    }

    @Override
    public synchronized void commit(List<Expectation> expectations, List<Write> writes) {
        requireOpen("commit");
        writes.forEach(this::check);
        for (Expectation expected : expectations) {
            Entry entry = entry(expected.key());
            if ((entry == null ? 0 : entry.version()) != expected.version()) {
                throw new VersionConflictException(
                        "An entry has another version than expected", context("commit"), null);
            }
        }
        if (writes.isEmpty()) {
            return;
        }
        Journal journal = new Journal(version + 1, writes);
        io("commit", () -> {
            journal.write(folder.resolve(JOURNAL));
            return true;
        });
        finish(journal);
        version++;
        writes.forEach(write -> remember(write, version));
    }

    /** Replaces the files of a commit that has happened. If that fails, the store closes; opening it again finishes the journal. */
    private void finish(Journal journal) {
        try {
            apply(journal);
        } catch (IOException e) {
            closed = true;
            throw new UnknownOutcomeException("A file can't be replaced; open the store again", context("commit"), e);
        }
    }

    /** Replaces the files of a journal, and keeps it as the last commit. Doing it again changes nothing. */
    private void apply(Journal journal) throws IOException {
        for (Write write : journal.writes()) {
            Path file = folder.resolve(FileNames.of(write.key()) + SUFFIX);
            if (write.value() == null) {
                Files.deleteIfExists(file);
            } else {
                new Journal(journal.version(), List.of(write)).write(file);
            }
        }
        Journal.rename(folder.resolve(JOURNAL), folder.resolve(LAST));
    }

    private void remember(Write write, long at) {
        byte[] value = write.value();
        if (value == null) {
            entries.remove(write.key());
        } else {
            entries.put(write.key(), new Entry(write.key(), value.clone(), write.metadata(), write.expiresAt(), at));
        }
    }

    private void check(Write write) {
        String key = write.key();
        if (key.isEmpty() || malformed(key) || key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            throw new InvalidValueException(
                    "key",
                    "a key must have 1 to " + MAX_KEY_BYTES + " bytes of well-formed text",
                    context("commit"),
                    null);
        }
        if (write.metadata() != null && malformed(write.metadata())) {
            throw new InvalidValueException("metadata", "it has an unpaired surrogate", context("commit"), null);
        }
    }

    private static boolean malformed(String text) {
        return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    @Override
    public synchronized Listing list(String prefix, @Nullable String cursor, int limit) {
        requireOpen("list");
        List<Entry> found = new ArrayList<>();
        if (malformed(prefix)) {
            return new Listing(found, null);
        }
        var rest = cursor == null ? entries.tailMap(prefix, true) : entries.tailMap(cursor, false);
        for (Entry entry : rest.values()) {
            if (!entry.key().startsWith(prefix)) {
                break;
            }
            if (found.size() == limit) {
                return new Listing(found, found.get(limit - 1).key());
            }
            found.add(entry);
        }
        return new Listing(found, null);
    }

    @Override
    public synchronized long purge(Instant now) {
        requireOpen("purge");
        List<Write> deletions = new ArrayList<>();
        for (Entry entry : entries.values()) {
            Instant expiresAt = entry.expiresAt();
            if (expiresAt != null && !now.isBefore(expiresAt)) {
                deletions.add(Write.delete(entry.key()));
            }
        }
        commit(List.of(), deletions);
        return deletions.size();
    }

    @Override
    public synchronized void close() {
        closed = true;
        entries.clear();
    }

    private void requireOpen(String operation) {
        if (closed) {
            throw new StorageClosedException("The store is closed", context(operation), null);
        }
    }

    private ErrorContext context(String operation) {
        return new ErrorContext(operation, name(), null, null);
    }

    @FunctionalInterface
    private interface FileWork<R> {
        R run() throws IOException;
    }

    private <R> R io(String operation, FileWork<R> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new StorageUnavailableException("A file can't be read or written", context(operation), e);
        }
    }
}
