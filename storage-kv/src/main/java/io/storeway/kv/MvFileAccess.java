package io.storeway.kv;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.disk.FilePathDisk;
import org.jspecify.annotations.Nullable;

/**
 * A file that stays open when a thread that reads or writes it is interrupted: an interruption would close an ordinary file channel for
 * all threads. H2's own solution hands each read and write to another thread and waits for it, which is slower.
 */
final class MvFileAccess extends FileBaseDefault {

    private static final String SCHEME = "storeway";
    private static final String PREFIX = SCHEME + ":";

    static {
        FilePath.register(new Paths());
    }

    private final RandomAccessFile file;

    private MvFileAccess(RandomAccessFile file) {
        this.file = file;
    }

    /** The name by which H2 opens the file in this way. */
    static String name(Path file) {
        return PREFIX + file;
    }

    /** A file on disk that is opened in this way; found by H2 through the scheme. */
    private static final class Paths extends FilePathDisk {

        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public Paths getPath(String path) {
            Paths named = new Paths();
            named.name = path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : path;
            return named;
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            return new MvFileAccess(new RandomAccessFile(name, mode));
        }
    }

    /** Reads into the array behind the buffer; all buffers of an MVStore have one. */
    @Override
    public synchronized int read(ByteBuffer into, long position) throws IOException {
        file.seek(position);
        int read = file.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
        into.position(into.position() + Math.max(read, 0));
        return read;
    }

    @Override
    public synchronized int write(ByteBuffer from, long position) throws IOException {
        int length = from.remaining();
        file.seek(position);
        file.write(from.array(), from.arrayOffset() + from.position(), length);
        from.position(from.limit());
        return length;
    }

    @Override
    protected void implTruncate(long length) throws IOException {
        if (length < file.length()) {
            file.setLength(length);
        }
    }

    @Override
    public long size() throws IOException {
        return file.length();
    }

    @Override
    public void force(boolean metaData) throws IOException {
        file.getFD().sync();
    }

    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return file.getChannel().tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }
}
