package io.storeway.sql;

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
 * The file of an H2 database, before H2 opens it. After a kill, or a write that failed, H2 looks for the last chunk from the file's
 * header on, and may stop some chunks too early where chunks lie in space that is used again, or at the very first; acknowledged
 * transactions are lost then, though they are in the file. Only its recovery mode, for which a database has no setting, looks
 * everywhere.
 */
final class H2File {

    /**
     * Channels to files that were found open in this process. POSIX takes a process's locks from a file when any channel to it is
     * closed, so these stay open until nobody holds the file.
     */
    private static final Map<Path, FileChannel> HELD = new HashMap<>();

    private H2File() {}

    /** A connection to the file's database; one at a time, so that nobody opens the file while it is recovered. */
    static synchronized Connection connect(String url, Path file) throws SQLException {
        recover(file);
        return new Driver().connect(url, new Properties());
    }

    /**
     * Leaves the file as if it had been closed in order; one that was, is open, or is not there, as it is. What can't be read or is
     * damaged is left for H2 to judge.
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

    /** Whether nobody in this process has a lock on the channel's file. */
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

    /** One that is no file of H2's counts as such too: H2 says what is wrong with it. */
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
