package io.storeway.kv;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.internal.H2Header;
import io.storeway.kv.internal.EntryCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;

/** The file of an MVStore: one map of entries, ordered by unsigned bytes, and the counter of versions. */
final class MvFile {

    private static final String ENTRIES = "storeway.entries";
    private static final String COUNTER = "storeway.counter";
    private static final byte[] VERSION = {'v'};
    /** Half of H2's own: a commit of one small value rewrites the pages above it, so they had better be small. */
    private static final int PAGE_BYTES = 8 << 10;
    /** Space is used again after this time, within which the disk has been made to write what took its place. */
    private static final int RETENTION_MILLIS = 1_000;

    private static final int COMMITS_PER_COMPACTION = 256;
    private static final int FILL_RATE_PERCENT = 50;
    private static final int COMPACTION_BYTES = 4 << 20;

    /**
     * The files that are open in this process. POSIX takes a process's locks from a file when any channel to it is closed, so
     * a second opening must not even look at it.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path place;
    private final MVStore store;
    private final MVMap<byte[], byte[]> entries;
    private final MVMap<byte[], byte[]> counter;
    private long commits;
    private final AtomicLong waitingBytes = new AtomicLong();
    private long synced = System.nanoTime();

    private MvFile(Path place, MVStore store) {
        this.place = place;
        this.store = store;
        this.entries = store.openMap(ENTRIES, bytes());
        this.counter = store.openMap(COUNTER, bytes());
    }

    private static MVMap.Builder<byte[], byte[]> bytes() {
        return new MVMap.Builder<byte[], byte[]>()
                .keyType(ByteArrayDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE);
    }

    /** Nothing is written before {@link #commit}: neither a background thread nor a full buffer saves half of a batch. */
    static MvFile open(Path file) {
        Path place = place(file);
        if (!OPEN.add(place)) {
            throw openAlready(file, null);
        }
        boolean opened = false;
        try {
            MvFile made = open(file, place);
            opened = true;
            return made;
        } finally {
            if (!opened) {
                OPEN.remove(place);
            }
        }
    }

    /** The file under one name, whatever links lead to it. */
    private static Path place(Path file) {
        try {
            Path directory = file.getParent();
            return Files.exists(file) || directory == null
                    ? file.toRealPath()
                    : directory.toRealPath().resolve(directory.relativize(file));
        } catch (IOException e) {
            throw unavailable(file + " can't be read; check its permissions and the disk", e);
        }
    }

    private static MvFile open(Path file, Path place) {
        try {
            MVStore store = engine(file);
            try {
                return of(store, file, place);
            } catch (RuntimeException e) {
                store.closeImmediately();
                throw e;
            }
        } catch (MVStoreException e) {
            throw refused(file, e);
        } catch (IllegalStateException | IllegalArgumentException | UnsupportedOperationException e) {
            throw unavailable(file + " can't be opened as an MVStore file", e);
        }
    }

    private static MvFile of(MVStore store, Path file, Path place) {
        store.setRetentionTime(RETENTION_MILLIS);
        Set<String> maps = store.getMapNames();
        if (!maps.isEmpty() && !maps.contains(ENTRIES)) {
            throw unavailable(
                    file + " is an MVStore file of another program, such as an H2 database; give another file", null);
        }
        return new MvFile(place, store);
    }

    private static MVStore.Builder builder(Path file) {
        return new MVStore.Builder()
                .fileName(MvFileAccess.name(file))
                .autoCommitDisabled()
                .autoCommitBufferSize(0)
                .pageSplitSize(PAGE_BYTES);
    }

    /**
     * After a kill H2 looks for the last chunk from the file's header on, and may stop some chunks too early, or at the very
     * first; only its recovery mode looks everywhere.
     */
    private static MVStore engine(Path file) {
        MVStore store = Files.exists(file) ? closedInOrder(file) : builder(file).open();
        if (store != null) {
            return store;
        }
        builder(file).recoveryMode().open().close();
        store = closedInOrder(file);
        if (store == null) {
            throw unavailable(file + " can't be recovered; restore it from a copy", null);
        }
        return store;
    }

    /** The engine upon a file that is empty or was closed in order; null if it was not, and then nothing is changed. */
    private static @Nullable MVStore closedInOrder(Path file) {
        String header = header(file);
        OptionalLong closed = H2Header.versionClosed(header);
        if (closed.isEmpty() && !header.isEmpty()) {
            return null;
        }
        MVStore store = builder(file).open();
        if (closed.isPresent() && store.getCurrentVersion() != closed.getAsLong()) {
            store.closeImmediately();
            return null;
        }
        return store;
    }

    private static String header(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(H2Header.BYTES), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw unavailable(file + " can't be read; check its permissions and the disk", e);
        }
    }

    private static StorageException refused(Path file, MVStoreException e) {
        return switch (e.getErrorCode()) {
            case DataUtils.ERROR_FILE_LOCKED -> openAlready(file, e);
            case DataUtils.ERROR_FILE_CORRUPT, DataUtils.ERROR_UNSUPPORTED_FORMAT ->
                unavailable(file + " is not an MVStore file, or is damaged; give another file or restore it", e);
            default ->
                unavailable(
                        isMvStore(file)
                                ? file + " can't be opened for reading and writing; check its permissions and the disk"
                                : file + " is not an MVStore file; give another file",
                        e);
        };
    }

    /** Whether a header stands in one of its two places; true of a file that is empty or can't be read. */
    private static boolean isMvStore(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String start = new String(in.readNBytes(2 * H2Header.BYTES), StandardCharsets.ISO_8859_1);
            return start.isEmpty() || start.startsWith("H:") || start.startsWith("H:", H2Header.BYTES);
        } catch (IOException e) {
            return true;
        }
    }

    private static StorageUnavailableException openAlready(Path file, @Nullable Throwable cause) {
        return unavailable(
                file + " is open already, in this process or another; close it there, or share one store", cause);
    }

    private static StorageUnavailableException unavailable(String message, @Nullable Throwable cause) {
        return new StorageUnavailableException(message, new ErrorContext("open", MvStore.NAME, null, null), cause);
    }

    byte @Nullable [] get(byte[] key) {
        return entries.get(key);
    }

    void put(byte[] key, byte[] value) {
        entries.put(key, value);
        waitingBytes.addAndGet(key.length + value.length);
    }

    void remove(byte[] key) {
        entries.remove(key);
        waitingBytes.addAndGet(key.length);
    }

    /** How many bytes were put since the last commit. */
    long waitingBytes() {
        return waitingBytes.get();
    }

    /** The entries from a key on, as they are now. */
    Cursor<byte[], byte[]> from(byte[] key) {
        return entries.cursor(key);
    }

    /** The last version given out. */
    long version() {
        return EntryCodec.version(counter.get(VERSION));
    }

    void version(long last) {
        counter.put(VERSION, ByteBuffer.allocate(Long.BYTES).putLong(last).array());
    }

    /**
     * Writes everything since the last commit to the file as one chunk. Now and then chunks that hold little live data are
     * rewritten, so that the file doesn't grow with the number of writes, and the disk is made to write.
     *
     * @param sync whether the disk is made to write now
     */
    void commit(boolean sync) {
        store.commit();
        waitingBytes.set(0);
        long now = System.nanoTime();
        if (sync || now - synced > TimeUnit.MILLISECONDS.toNanos(RETENTION_MILLIS / 2)) {
            store.sync();
            synced = now;
        }
        if (++commits % COMMITS_PER_COMPACTION == 0) {
            store.compact(FILL_RATE_PERCENT, COMPACTION_BYTES);
        }
    }

    void close() {
        store.close();
        OPEN.remove(place);
    }

    void abandon() {
        store.closeImmediately();
        OPEN.remove(place);
    }
}
