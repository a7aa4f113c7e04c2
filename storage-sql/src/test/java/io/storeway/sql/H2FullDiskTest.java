package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Repository;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** H2 on a file system of its own kind, {@code full:}, whose writes fail while there is no room. */
class H2FullDiskTest {

    private static volatile boolean full;

    @TempDir
    Path directory;

    /** H2 makes it by reflection. */
    public static final class FullDisk extends FilePathWrapper {

        /** Makes one. */
        public FullDisk() {}

        @Override
        public String getScheme() {
            return "full";
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            return new FullFile(super.open(mode));
        }
    }

    private static final class FullFile extends FileBaseDefault {

        private final FileChannel file;

        FullFile(FileChannel file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public synchronized int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public synchronized int write(ByteBuffer from, long position) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            return file.write(from, position);
        }

        @Override
        public void implTruncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            file.force(metaData);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }

    @BeforeEach
    void register() {
        full = false;
        FilePath.register(new FullDisk());
    }

    @AfterEach
    void unregister() {
        full = false;
        FilePath.unregister(new FullDisk());
    }

    @Test
    void aFullDiskIsToldNoAcknowledgedWriteIsLostAndRoomIsUsed() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:full:" + directory.resolve("data") + ";WRITE_DELAY=0");
        config.setMaximumPoolSize(1);
        Set<String> acknowledged = new TreeSet<>();
        try (HikariDataSource pool = new HikariDataSource(config);
                SqlStorage storage = SqlStorage.open(pool, Catalog.of(Library.BOOKS))) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            for (int i = 0; i < 5; i++) {
                books.insert(Library.book("before" + i));
                acknowledged.add("before" + i);
            }
            full = true;
            StorageException single =
                    catchThrowableOfType(StorageException.class, () -> books.insert(Library.book("single")));
            // H2 has closed its database by now, and opening it takes a write.
            StorageException unit = catchThrowableOfType(
                    StorageException.class,
                    () -> storage.transact(work -> {
                        work.repository(Library.BOOKS).insert(Library.book("unit"));
                        return work;
                    }));
            full = false;
            assertThat(single).isInstanceOf(UnknownOutcomeException.class);
            assertThat(unit).isInstanceOfAny(StorageUnavailableException.class, UnknownOutcomeException.class);
            saveAtLast(books, Library.book("after"));
            acknowledged.add("after");
            assertThat(books.all().allowScan().list())
                    .extracting(Library.Book::isbn)
                    .containsAll(acknowledged);
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        }
    }

    /** The pool may have a connection yet to the database that H2 has closed; that one goes with the call that finds it. */
    private static void saveAtLast(Repository<Library.Book> books, Library.Book book) {
        @Nullable StorageException last = null;
        for (int attempt = 0; attempt < 10; attempt++) {
            try {
                books.save(book);
                return;
            } catch (UnknownOutcomeException | StorageUnavailableException e) {
                last = e;
            }
        }
        throw new AssertionError("The storage is of no use though there is room", last);
    }
}
