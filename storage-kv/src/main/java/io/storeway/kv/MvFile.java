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
    /** Half of H2's default. A commit of one small value rewrites all pages above it, so small pages make commits cheaper. */
    private static final int PAGE_BYTES = 8 << 10;
    /** Freed space is not used again before this time, by when the disk has been made to write what replaced its content. */
    private static final int RETENTION_MILLIS = 1_000;

    private static final int COMMITS_PER_COMPACTION = 256;
    private static final int FILL_RATE_PERCENT = 50;
    private static final int COMPACTION_BYTES = 4 << 20;

    /**
     * The files that are open in this process. POSIX releases all locks of a process on a file when any channel to it is closed, so a
     * file that is open must not be opened again even for a look.
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

    /** Opens a file that is only written by {@link #commit}: no background thread or full buffer may save half of a batch. */
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

    /** The real path of the file, the same through whatever links it is reached. */
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
     * Opens the engine. After a kill H2 looks for the last chunk from the file's header on, and may stop some chunks too early, or at
     * the very first. Only its recovery mode looks through the whole file; so a file that wasn't closed properly is opened in it.
     */
    private static MVStore engine(Path file) {
        MVStore store = neverWritten(file) ? builder(file).open() : closedInOrder(file);
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

    /** Whether the file is missing, or has headers alone, as after a kill before the first commit. */
    private static boolean neverWritten(Path file) {
        try {
            return Files.notExists(file) || Files.size(file) == 2 * H2Header.BYTES;
        } catch (IOException e) {
            throw unavailable(file + " can't be read; check its permissions and the disk", e);
        }
    }

    /** The engine over a file that is empty or was closed properly; null, and nothing is changed, if it wasn't. */
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

    /** Whether the file has a header of an MVStore in one of its two places; also true if it is empty or can't be read. */
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
     * Writes everything since the last commit to the file, as one chunk. Now and then also rewrites chunks that hold little live data,
     * so that the file doesn't grow with the number of writes, and makes the disk write.
     *
     * @param sync whether to make the disk write in any case
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
