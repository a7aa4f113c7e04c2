package io.storeway.kv;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.error.VersionConflictException;
import io.storeway.internal.Library;
import io.storeway.internal.Reopening;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store in one file, by H2's MVStore. Thread-safe. One store opens the file at a time.
 *
 * <p>By default a commit has {@link Durability#COMMIT}: it returns when its writes are in the file. Commits that wait at the
 * same time reach the file together, so many writers share what one of them costs.
 *
 * <p>If the file can't be written, for example on a full disk, the commits that wait throw {@link UnknownOutcomeException}. The next
 * call opens the file again, for which all of it is read. Meanwhile every other call throws {@link StorageUnavailableException}; if it
 * can't be opened, that is tried again once a second. With {@link Durability#INTERVAL} and {@link Durability#NONE} acknowledged commits
 * may be lost by such a failure: then every later call throws, and {@link #close} throws if they are.
 *
 * <p>Needs {@code com.h2database:h2} on the class path.
 */
public final class MvStore implements KeyValueStore {

    static final String NAME = "mvstore";

    private static final int PURGE_PAGE = 1_000;
    private static final Duration INTERVAL = Duration.ofMillis(500);
    /** Commits that needn't reach the file at once are written when so many bytes are waiting. */
    private static final long MOST_WAITING_BYTES = 64L << 20;

    private final Path path;
    private final Durability durability;
    private final @Nullable Periodic writer;
    /** Keeps readers from seeing a part of a commit. */
    private final ReadWriteLock view = new ReentrantReadWriteLock();
    /** Held to apply one commit or to write one chunk. Fair, so that commits that wait are all part of the next chunk. */
    private final ReentrantLock gate = new ReentrantLock(true);
    /** Held by the one thread that writes a chunk for all that wait. */
    private final ReentrantLock leader = new ReentrantLock();

    private final Reopening reopening = new Reopening();

    private volatile Session session;
    private long version;
    private volatile boolean closed;

    /** The file from its opening until it fails. Changed while holding the gate. */
    private static final class Session {
        private final MvFile file;
        private long applied;
        private volatile long saved;
        private volatile @Nullable RuntimeException failure;

        Session(MvFile file) {
            this.file = file;
        }

        /** Lets nothing more reach the file after a failure: memory may hold half of a commit. */
        RuntimeException abandoned(RuntimeException cause) {
            if (failure == null) {
                file.abandon();
                failure = cause;
            }
            return cause;
        }
    }

    /** The number of an applied commit within its session. It is durable when so many commits are in the file. */
    private record Ticket(Session session, long number) {}

    private MvStore(Path path, MvFile file, Durability durability) {
        this.path = path;
        this.session = new Session(file);
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
     * @throws StorageUnavailableException if the file is open already, is no MVStore file written by this class, can't be read and
     *     written, or its directory is missing
     * @throws io.storeway.error.UnsupportedCapabilityException if H2 is not on the class path
     */
    public static MvStore open(Path path, Durability durability) {
        Library.require("H2", "org.h2.mvstore.MVStore", "com.h2database:h2", MvStore.class);
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
        return read("get", file -> entry(file, key));
    }

    @Override
    public List<@Nullable Entry> getAll(List<String> keys) {
        return read("get", file -> {
            List<@Nullable Entry> found = new ArrayList<>(keys.size());
            for (String key : keys) {
                found.add(entry(file, key));
            }
            return found;
        });
    }

    private static @Nullable Entry entry(MvFile file, String key) {
        byte[] stored = stored(file, key);
        return stored == null ? null : EntryCodec.decode(key, stored);
    }

    private static byte @Nullable [] stored(MvFile file, String key) {
        return Keys.fault(key).isEmpty() ? file.get(bytes(key)) : null;
    }

    @Override
    public Listing list(String prefix, @Nullable String cursor, int limit) {
        return read("list", file -> {
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
        Ticket ticket = apply(expectations, writes);
        if (durability.survivesProcess() || ticket.session.file.waitingBytes() > MOST_WAITING_BYTES) {
            save(ticket);
        }
    }

    /** Makes the writes visible, and returns the number up to which commits have to be in the file for them to be durable. */
    private Ticket apply(List<Expectation> expectations, List<Write> writes) {
        reopen();
        gate.lock();
        try {
            Session now = usable("commit");
            try {
                return apply(now, expectations, writes);
            } catch (VersionConflictException e) {
                throw e;
            } catch (RuntimeException e) {
                throw unavailable("commit", "The file could not be read or changed", now.abandoned(e));
            } catch (Error e) {
                // Such as no memory, which may come after some of the writes.
                now.abandoned(unavailable("commit", "A commit ended half-way", e));
                throw e;
            }
        } finally {
            gate.unlock();
        }
    }

    private Ticket apply(Session now, List<Expectation> expectations, List<Write> writes) {
        for (Expectation expected : expectations) {
            if (EntryCodec.version(stored(now.file, expected.key())) != expected.version()) {
                throw new VersionConflictException(
                        "An entry has another version than expected", context("commit"), null);
            }
        }
        if (!writes.isEmpty()) {
            now.applied++;
            view.writeLock().lock();
            try {
                version++;
                writes.forEach(write -> apply(now.file, write));
                now.file.version(version);
            } finally {
                view.writeLock().unlock();
            }
        }
        return new Ticket(now, now.applied);
    }

    private void apply(MvFile file, Write write) {
        byte[] value = write.value();
        if (value == null) {
            file.remove(bytes(write.key()));
        } else {
            file.put(bytes(write.key()), EntryCodec.encode(write, value, version));
        }
    }

    private void save(Ticket ticket) {
        Session of = ticket.session;
        if (of.saved >= ticket.number) {
            return;
        }
        leader.lock();
        try {
            if (of.saved >= ticket.number) {
                return;
            }
            gate.lock();
            try {
                write(of);
            } finally {
                gate.unlock();
            }
        } finally {
            leader.unlock();
        }
    }

    private void write(Session of) {
        try {
            RuntimeException failed = of.failure;
            if (failed != null) {
                throw failed;
            }
            long upTo = of.applied;
            of.file.commit(durability == Durability.SYNC);
            of.saved = upTo;
        } catch (RuntimeException e) {
            throw new UnknownOutcomeException(
                    "The file could not be written; read what it holds", context("commit"), of.abandoned(e));
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

    private Ticket applied() {
        gate.lock();
        try {
            return new Ticket(session, session.applied);
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
                close(session);
            }
        } finally {
            view.writeLock().unlock();
            gate.unlock();
        }
    }

    private void close(Session last) {
        RuntimeException failed = last.failure;
        if (failed != null) {
            if (last.saved < last.applied && !durability.survivesProcess()) {
                throw unavailable("close", "The file could not be written; the last commits are lost", failed);
            }
            return;
        }
        try {
            last.file.close();
            last.saved = last.applied;
        } catch (RuntimeException e) {
            throw unavailable("close", "The file could not be closed in order", last.abandoned(e));
        }
    }

    private <R extends @Nullable Object> R read(String operation, Function<MvFile, R> action) {
        reopen();
        view.readLock().lock();
        try {
            MvFile file = usable(operation).file;
            try {
                return action.apply(file);
            } catch (RuntimeException e) {
                throw unavailable(operation, "The file could not be read; it may be damaged", e);
            }
        } finally {
            view.readLock().unlock();
        }
    }

    private Session usable(String operation) {
        if (closed) {
            throw new StorageClosedException("The store is closed", context(operation), null);
        }
        Session now = session;
        RuntimeException failed = now.failure;
        if (failed != null) {
            String said = !durability.survivesProcess()
                    ? "The file failed before; close the store, which says whether commits are lost"
                    : outOfMemory(failed)
                            ? "The process ran out of memory within a commit, and the file is not yet opened again; give"
                                    + " it more heap, or write less at once"
                            : "The file failed and is not yet opened again; is the disk full, or the file in use?";
            throw unavailable(operation, said, failed);
        }
        return now;
    }

    private static boolean outOfMemory(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof OutOfMemoryError || (cause != null && outOfMemory(cause));
    }

    /** Opens the file again after a failure; not at levels that may lose acknowledged commits then, as {@link #close} has to say so. */
    private void reopen() {
        Session failed = session;
        if (failed.failure != null && durability.survivesProcess() && !closed) {
            reopening.attempt(() -> {
                if (session == failed) {
                    goOn(MvFile.open(path));
                }
            });
        }
    }

    /** Goes on with versions above all that were given out, since readers may have seen some that never reached the file. */
    private void goOn(MvFile file) {
        gate.lock();
        try {
            if (closed) {
                file.abandon();
            } else {
                version = Math.max(version, file.version());
                session = new Session(file);
            }
        } finally {
            gate.unlock();
        }
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
