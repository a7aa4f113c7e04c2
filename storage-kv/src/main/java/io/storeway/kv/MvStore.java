package io.storeway.kv;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.error.VersionConflictException;
import io.storeway.kv.internal.EntryCodec;
import io.storeway.kv.internal.Keys;
import io.storeway.kv.internal.Periodic;
import io.storeway.kv.internal.SortedListing;
import io.storeway.spi.KeyValueStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in one file, by H2's MVStore. Thread-safe. One store opens the file at a time.
 *
 * <p>By default a commit has {@link Durability#COMMIT}: it returns when its writes are in the file. Commits that wait at the
 * same time reach the file together, so many writers share what one of them costs.
 *
 * <p>If the file can't be written any more, for example on a full disk, the commits that were waiting throw {@link
 * UnknownOutcomeException} and every later call {@link StorageUnavailableException}: open the file again. With {@link
 * Durability#INTERVAL} and {@link Durability#NONE}, {@link #close} says it if acknowledged commits are lost.
 *
 * <p>Needs {@code com.h2database:h2} on the class path.
 */
public final class MvStore implements KeyValueStore {

    static final String NAME = "mvstore";

    private static final int PURGE_PAGE = 1_000;
    private static final Duration INTERVAL = Duration.ofMillis(500);
    /** Commits that need not be in the file are written when so many bytes are waiting. */
    private static final long MOST_WAITING_BYTES = 64L << 20;

    private final Path path;
    private final MvFile file;
    private final Durability durability;
    private final @Nullable Periodic writer;
    /** Keeps readers from seeing a part of a commit. */
    private final ReadWriteLock view = new ReentrantReadWriteLock();
    /** One commit applies, or one chunk is written; fair, so that whoever waits to apply shares the next chunk. */
    private final ReentrantLock gate = new ReentrantLock(true);
    /** Held by the one thread that writes a chunk for all that wait. */
    private final ReentrantLock leader = new ReentrantLock();

    private long version;
    private long applied;
    private volatile long saved;
    private volatile @Nullable RuntimeException failure;
    private volatile boolean closed;

    private MvStore(Path path, MvFile file, Durability durability) {
        this.path = path;
        this.file = file;
        this.durability = durability;
        this.version = file.version();
        this.writer = durability == Durability.INTERVAL
                ? new Periodic("storeway-mvstore", INTERVAL, () -> save(applied()))
                : null;
    }

    /** Opens the file with {@link Durability#COMMIT}. */
    public static MvStore open(Path path) {
        return open(path, Durability.COMMIT);
    }

    /**
     * Opens the file, or makes it.
     *
     * @throws StorageUnavailableException if it is open already, is no MVStore file of ours, can't be read and written, its
     *     directory is missing, or H2 is not on the class path
     */
    public static MvStore open(Path path, Durability durability) {
        requireH2();
        Path absolute = path.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null || Files.isDirectory(absolute)) {
            throw unavailable("open", path + " is a directory; give a file", null);
        }
        if (!Files.isDirectory(directory)) {
            throw unavailable("open", "The directory " + directory + " does not exist; create it first", null);
        }
        if (!Files.isWritable(Files.exists(absolute) ? absolute : directory)) {
            throw unavailable("open", absolute + " can't be written; check the permissions", null);
        }
        return new MvStore(absolute.normalize(), MvFile.open(absolute), durability);
    }

    private static void requireH2() {
        try {
            Class.forName("org.h2.mvstore.MVStore", false, MvStore.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw unavailable("open", "H2 is missing; add the dependency com.h2database:h2", e);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String identity() {
        return path.toString();
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
        return read("get", () -> entry(key));
    }

    @Override
    public List<@Nullable Entry> getAll(List<String> keys) {
        return read("get", () -> {
            List<@Nullable Entry> found = new ArrayList<>(keys.size());
            for (String key : keys) {
                found.add(entry(key));
            }
            return found;
        });
    }

    private @Nullable Entry entry(String key) {
        byte[] stored = stored(key);
        return stored == null ? null : EntryCodec.decode(key, stored);
    }

    private byte @Nullable [] stored(String key) {
        return Keys.fault(key).isEmpty() ? file.get(bytes(key)) : null;
    }

    @Override
    public Listing list(String prefix, @Nullable String cursor, int limit) {
        return read("list", () -> {
            SortedListing listing = new SortedListing(prefix, cursor, limit);
            if (listing.impossible()) {
                return listing.result();
            }
            var entries = file.from(bytes(listing.from()));
            boolean more = true;
            while (more && entries.hasNext()) {
                String key = new String(entries.next(), StandardCharsets.UTF_8);
                more = listing.take(key, () -> EntryCodec.decode(key, entries.getValue()));
            }
            return listing.result();
        });
    }

    @Override
    public void commit(List<Expectation> expectations, List<Write> writes) {
        Keys.check(writes, NAME);
        long ticket = apply(expectations, writes);
        if (durability.survivesProcess() || file.waitingBytes() > MOST_WAITING_BYTES) {
            save(ticket);
        }
    }

    /** Makes the writes visible and says which chunk has to be written before they are durable. */
    private long apply(List<Expectation> expectations, List<Write> writes) {
        gate.lock();
        try {
            requireOpen("commit");
            for (Expectation expected : expectations) {
                if (EntryCodec.version(stored(expected.key())) != expected.version()) {
                    throw new VersionConflictException(
                            "An entry has another version than expected", context("commit"), null);
                }
            }
            if (!writes.isEmpty()) {
                applied++;
                view.writeLock().lock();
                try {
                    version++;
                    writes.forEach(this::apply);
                    file.version(version);
                } finally {
                    view.writeLock().unlock();
                }
            }
            return applied;
        } catch (VersionConflictException | StorageClosedException | StorageUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            throw unavailable("commit", "The file could not be read or changed", abandoned(e));
        } finally {
            gate.unlock();
        }
    }

    private void apply(Write write) {
        byte[] value = write.value();
        if (value == null) {
            file.remove(bytes(write.key()));
        } else {
            file.put(bytes(write.key()), EntryCodec.encode(write, value, version));
        }
    }

    private void save(long ticket) {
        if (saved >= ticket) {
            return;
        }
        leader.lock();
        try {
            if (saved >= ticket) {
                return;
            }
            gate.lock();
            try {
                RuntimeException failed = failure;
                if (failed != null) {
                    throw failed;
                }
                long upTo = applied;
                file.commit(durability == Durability.SYNC);
                saved = upTo;
            } finally {
                gate.unlock();
            }
        } catch (RuntimeException e) {
            throw new UnknownOutcomeException(
                    "The file could not be written; open it again and read what it holds",
                    context("commit"),
                    abandoned(e));
        } finally {
            leader.unlock();
        }
    }

    @Override
    public long purge(Instant now) {
        long purged = 0;
        Listing page = list("", null, PURGE_PAGE);
        while (true) {
            for (Entry entry : page.entries()) {
                Instant expiresAt = entry.expiresAt();
                if (expiresAt != null && !now.isBefore(expiresAt) && deleted(entry)) {
                    purged++;
                }
            }
            if (page.next() == null) {
                if (durability.survivesProcess()) {
                    save(applied());
                }
                return purged;
            }
            page = list("", page.next(), PURGE_PAGE);
        }
    }

    /** Deletes the entry unless it was written since it was read; durable with the next chunk. */
    private boolean deleted(Entry entry) {
        try {
            apply(List.of(new Expectation(entry.key(), entry.version())), List.of(Write.delete(entry.key())));
            return true;
        } catch (VersionConflictException writtenSince) {
            return false;
        }
    }

    private long applied() {
        gate.lock();
        try {
            return applied;
        } finally {
            gate.unlock();
        }
    }

    /** Writes what is left and closes the file. Closing again does nothing. */
    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
        gate.lock();
        view.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                if (failure == null) {
                    file.close();
                    saved = applied;
                } else if (saved < applied && !durability.survivesProcess()) {
                    throw unavailable("close", "The file could not be written; the last commits are lost", failure);
                }
            }
        } catch (StorageUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            throw unavailable("close", "The file could not be closed in order", abandoned(e));
        } finally {
            view.writeLock().unlock();
            gate.unlock();
        }
    }

    private <R extends @Nullable Object> R read(String operation, Supplier<R> action) {
        view.readLock().lock();
        try {
            requireOpen(operation);
            return action.get();
        } catch (StorageClosedException | StorageUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            throw unavailable(operation, "The file could not be read; it may be damaged", e);
        } finally {
            view.readLock().unlock();
        }
    }

    private void requireOpen(String operation) {
        if (closed) {
            throw new StorageClosedException("The store is closed", context(operation), null);
        }
        RuntimeException failed = failure;
        if (failed != null) {
            throw unavailable(operation, "The file failed before; open it again", failed);
        }
    }

    /** After a failure nothing more may reach the file: what is in memory could be half of a commit. */
    private RuntimeException abandoned(RuntimeException cause) {
        if (failure == null) {
            failure = cause;
            file.abandon();
        }
        return cause;
    }

    private static StorageUnavailableException unavailable(
            String operation, String message, @Nullable Throwable cause) {
        return new StorageUnavailableException(message, context(operation), cause);
    }

    private static ErrorContext context(String operation) {
        return new ErrorContext(operation, NAME, null, null);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
