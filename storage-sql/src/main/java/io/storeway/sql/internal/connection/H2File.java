package io.storeway.sql.internal.connection;

import io.storeway.internal.H2Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import org.h2.Driver;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Recovers the file of an H2 database before H2 opens it. After a kill or a failed write H2 looks for the last chunk from the file's header
 * on, and may stop some chunks too early if chunks lie in reused space, or at the very first one. Then acknowledged transactions are lost
 * although they are in the file. Only H2's recovery mode looks through the whole file, and a database has no setting for it.
 */
final class H2File {

    /**
     * Channels to files that are already open in this process. POSIX releases all locks of a process on a file when any channel to it is
     * closed, so these channels stay open as long as somebody has the file open.
     */
    private static final Map<Path, FileChannel> HELD = new HashMap<>();

    private H2File() {}

    /** Opens a connection to the file's database. Synchronized, so that nobody opens the file while it is recovered. */
    static synchronized Connection connect(String url, Path file) throws SQLException {
        recover(file);
        return new Driver().connect(url, new Properties());
    }

    /**
     * Makes the file as if it had been closed properly. Does nothing if it was, if it is open, or if it doesn't exist. A damaged file, or
     * one that can't be read, is left to H2.
     */
    private static void recover(Path file) {
        if (!Files.isRegularFile(file) || !Files.isWritable(file)) {
            return;
        }
        try {
            String header = headerUnlessOpen(file);
            if (header != null && !closedInOrder(file, header)) {
                store(file).recoveryMode().open().close();
            }
        } catch (MVStoreException | IOException leftToH2) {
            return;
        }
    }

    /** The header, or null if this process or another one has the file open. */
    private static @Nullable String headerUnlessOpen(Path file) throws IOException {
        FileChannel held = HELD.get(file);
        if (held != null) {
            if (!free(held)) {
                return null;
            }
            HELD.remove(file);
            held.close();
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!free(channel)) {
            HELD.put(file, channel);
            return null;
        }
        try (channel;
                FileLock lock = channel.tryLock()) {
            ByteBuffer header = ByteBuffer.allocate(H2Header.BYTES);
            channel.read(header, 0);
            return lock == null ? null : new String(header.array(), StandardCharsets.ISO_8859_1);
        }
    }

    /** Whether nothing in this process holds a lock on the channel's file. */
    private static boolean free(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                lock.release();
            }
            return true;
        } catch (OverlappingFileLockException openHere) {
            return false;
        }
    }

    /** Whether the file was closed properly. True also if it is no file of H2, which will say so itself. */
    private static boolean closedInOrder(Path file, String header) {
        OptionalLong closed = H2Header.versionClosed(header);
        if (closed.isEmpty()) {
            return !header.startsWith("H:");
        }
        MVStore store = store(file).readOnly().open();
        try {
            return store.getCurrentVersion() == closed.getAsLong();
        } finally {
            store.closeImmediately();
        }
    }

    private static MVStore.Builder store(Path file) {
        return new MVStore.Builder().fileName(file.toString()).autoCommitDisabled();
    }
}
