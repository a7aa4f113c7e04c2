package io.storeway.kv.rocks;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.error.VersionConflictException;
import io.storeway.internal.Library;
import io.storeway.internal.Reopening;
import io.storeway.kv.Durability;
import io.storeway.kv.internal.Keys;
import io.storeway.kv.internal.Periodic;
import io.storeway.spi.KeyValueStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in a folder, by RocksDB. Thread-safe. One store opens the folder at a time.
 *
 * <p>By default a commit has {@link Durability#SYNC}: it returns when the disk has been made to write it. Commits that wait at
 * the same time are written together, so many writers share what one of them costs. Commits that have no key in common
 * don't wait for each other.
 *
 * <p>If the folder can't be written, for example on a full disk, the commit throws {@link UnknownOutcomeException}. The next call opens
 * the folder again. If that fails, every call throws {@link StorageUnavailableException}, and it is tried again once a second. With
 * {@link Durability#INTERVAL} and {@link Durability#NONE} acknowledged commits may be lost by such a failure: then every later call
 * throws, and so does {@link #close}.
 *
 * <p>Needs {@code org.rocksdb:rocksdbjni} on the class path.
 */
public final class RocksStore implements KeyValueStore {

    static final String NAME = "rocksdb";

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int PURGE_PAGE = 1_000;

    private final Path path;
    private final Durability durability;
    private final @Nullable Periodic writer;
    private final KeyLocks locks = new KeyLocks();
    /** Closing waits for running calls by this lock, because the engine must not be called after it is closed. */
    private final ReadWriteLock life = new ReentrantReadWriteLock();

    /** Every commit takes the next version. The engine's own number counts single writes, so it is at least as high. */
    private final AtomicLong version;

    private final Reopening reopening = new Reopening();

    private volatile RocksFolder folder;
    private volatile @Nullable RuntimeException failure;
    private boolean closed;

    private RocksStore(Path path, RocksFolder folder, Durability durability) {
        this.path = path;
        this.folder = folder;
        this.durability = durability;
        this.version = new AtomicLong(folder.writesSoFar());
        this.writer =
                durability == Durability.INTERVAL ? new Periodic("storeway-rocksdb", INTERVAL, this::flush) : null;
    }

    /** Opens the folder with {@link Durability#SYNC}. */
    public static RocksStore open(Path folder) {
        return open(folder, Durability.SYNC);
    }

    /**
     * Opens the folder, or makes it.
     *
     * @throws StorageUnavailableException if the folder is open already, holds something else, can't be read and written, or its parent
     *     directory is missing
     * @throws io.storeway.error.UnsupportedCapabilityException if RocksDB is not on the class path
     */
    public static RocksStore open(Path folder, Durability durability) {
        Library.require("RocksDB", "org.rocksdb.RocksDB", "org.rocksdb:rocksdbjni", RocksStore.class);
        return new RocksStore(folder, RocksFolder.open(folder, durability), durability);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String identity() {
        return folder.place();
    }

    @Override
    public int maxKeyBytes() {
        return Keys.MAX_BYTES;
    }

    @Override
    public boolean durable() {
        return durability.survivesProcess();
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public @Nullable Entry get(String key) {
        return running("get", () -> Keys.fault(key).isEmpty() ? folder.get(key) : null);
    }

    @Override
    public List<@Nullable Entry> getAll(List<String> keys) {
        List<String> possible = keys.stream()
                .filter(key -> Keys.fault(key).isEmpty())
                .distinct()
                .toList();
        Map<String, Entry> entries = running("get", () -> folder.getAll(possible));
        List<@Nullable Entry> found = new ArrayList<>(keys.size());
        keys.forEach(key -> found.add(entries.get(key)));
        return found;
    }

    @Override
    public Listing list(String prefix, @Nullable String cursor, int limit) {
        return running("list", () -> folder.list(prefix, cursor, limit));
    }

    @Override
    public void commit(List<Expectation> expectations, List<Write> writes) {
        Keys.check(writes, NAME);
        Set<String> keys = new HashSet<>();
        expectations.forEach(expected -> keys.add(expected.key()));
        writes.forEach(write -> keys.add(write.key()));
        running(
                "commit",
                () -> locks.with(keys, () -> {
                    for (Expectation expected : expectations) {
                        if (version(expected.key()) != expected.version()) {
                            throw new VersionConflictException(
                                    "An entry has another version than expected", context("commit"), null);
                        }
                    }
                    write(writes);
                    return true;
                }));
    }

    private long version(String key) {
        return Keys.fault(key).isEmpty() ? folder.version(key) : 0;
    }

    private void write(List<Write> writes) {
        if (writes.isEmpty()) {
            return;
        }
        try {
            folder.write(writes, version.incrementAndGet());
        } catch (RuntimeException e) {
            failure = e;
            throw new UnknownOutcomeException(
                    "The folder could not be written; read what it holds", context("commit"), e);
        }
    }

    @Override
    public long purge(Instant now) {
        long purged = 0;
        String cursor = null;
        do {
            Listing page = list("", cursor, PURGE_PAGE);
            Map<String, Long> expired = new HashMap<>();
            for (Entry entry : page.entries()) {
                Instant expiresAt = entry.expiresAt();
                if (expiresAt != null && !now.isBefore(expiresAt)) {
                    expired.put(entry.key(), entry.version());
                }
            }
            purged += running("purge", () -> locks.with(expired.keySet(), () -> deleted(expired)));
            cursor = page.next();
        } while (cursor != null);
        return purged;
    }

    /** Deletes the entries that still have these versions, and returns how many there were. */
    private int deleted(Map<String, Long> versions) {
        List<Write> deletions = versions.entrySet().stream()
                .filter(each -> folder.version(each.getKey()) == each.getValue())
                .map(each -> Write.delete(each.getKey()))
                .toList();
        write(deletions);
        return deletions.size();
    }

    private void flush() {
        running("write", () -> {
            try {
                folder.flush();
                return true;
            } catch (RuntimeException e) {
                failure = e;
                throw e;
            }
        });
    }

    /** Writes what is left and closes the folder. Closing again does nothing. */
    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                end(failure);
            }
        } finally {
            life.writeLock().unlock();
        }
    }

    private void end(@Nullable RuntimeException failed) {
        if (failed == null) {
            folder.close();
            return;
        }
        folder.abandon();
        if (!durability.survivesProcess()) {
            throw new StorageUnavailableException(
                    "The folder could not be written; the last commits are lost", context("close"), failed);
        }
    }

    private <R extends @Nullable Object> R running(String operation, Supplier<R> work) {
        reopen();
        life.readLock().lock();
        try {
            if (closed) {
                throw new StorageClosedException("The store is closed", context(operation), null);
            }
            RuntimeException failed = failure;
            if (failed != null) {
                throw new StorageUnavailableException(
                        durability.survivesProcess()
                                ? "The folder failed and is not yet opened again; is the disk full, or the folder in use?"
                                : "The folder failed before; close the store, as commits may be lost",
                        context(operation),
                        failed);
            }
            return work.get();
        } finally {
            life.readLock().unlock();
        }
    }

    /** Opens the folder again after a failure; not at levels that may lose acknowledged commits then, as {@link #close} has to say so. */
    private void reopen() {
        if (failure != null && durability.survivesProcess()) {
            reopening.attempt(this::openAgain);
        }
    }

    private void openAgain() {
        life.writeLock().lock();
        try {
            if (!closed && failure != null) {
                folder.abandon();
                folder = RocksFolder.open(path, durability);
                // Readers may have seen versions that never reached the folder; none of these is given out again.
                version.accumulateAndGet(folder.writesSoFar(), Math::max);
                failure = null;
            }
        } finally {
            life.writeLock().unlock();
        }
    }

    static ErrorContext context(String operation) {
        return new ErrorContext(operation, NAME, null, null);
    }
}
