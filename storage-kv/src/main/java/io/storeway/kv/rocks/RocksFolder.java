package io.storeway.kv.rocks;

import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.Durability;
import io.storeway.kv.internal.EntryCodec;
import io.storeway.kv.internal.SortedListing;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The RocksDB of a folder. Holds entries under the UTF-8 bytes of their keys, and under the empty key, which no entry has, a sign that the
 * folder was made by this class. Must not be called after it is closed.
 */
final class RocksFolder {

    private static final byte[] MARK = {};
    private static final byte[] FORMAT = "storeway 1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FIRST_KEY = {0};
    private static final int OLD_LOGS = 2;
    private static final double FILTER_BITS_PER_KEY = 10;

    private final String place;
    private final Durability durability;
    private final BloomFilter filter;
    private final Options options;
    private final WriteOptions writing;
    private final RocksDB db;

    private RocksFolder(Path folder, Durability durability) throws RocksDBException {
        this.place = folder.normalize().toString();
        this.durability = durability;
        this.filter = new BloomFilter(FILTER_BITS_PER_KEY);
        this.options = new Options()
                .setCreateIfMissing(true)
                .setKeepLogFileNum(OLD_LOGS)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig().setFilterPolicy(filter))
                .setManualWalFlush(durability == Durability.INTERVAL);
        this.writing =
                new WriteOptions().setSync(durability == Durability.SYNC).setDisableWAL(durability == Durability.NONE);
        try {
            this.db = RocksDB.open(options, folder.toString());
        } catch (RocksDBException e) {
            freeSettings();
            throw e;
        }
    }

    static RocksFolder open(Path given, Durability durability) {
        Path path = given.toAbsolutePath();
        requireUsable(path);
        RocksFolder folder;
        try {
            RocksDB.loadLibrary();
            folder = new RocksFolder(path, durability);
        } catch (RocksDBException e) {
            throw refused(path, e);
        }
        try {
            folder.mark(path);
            return folder;
        } catch (RuntimeException e) {
            folder.abandon();
            throw e;
        }
    }

    /** Names the folder, the same each time it is opened. */
    String place() {
        return place;
    }

    private static void requireUsable(Path path) {
        Path parent = path.getParent();
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw unavailable("open", path + " is a file; give a folder", null);
        }
        if (parent != null && !Files.isDirectory(parent)) {
            throw unavailable("open", "The directory " + parent + " does not exist; create it first", null);
        }
        if (!Files.isWritable(parent == null || Files.exists(path) ? path : parent)) {
            throw unavailable("open", path + " can't be written; check the permissions", null);
        }
        if (Files.exists(path) && !Files.exists(path.resolve("LOCK")) && !isEmpty(path)) {
            throw unavailable("open", path + " holds something else; give an empty folder or a new one", null);
        }
    }

    private static boolean isEmpty(Path path) {
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw unavailable("open", path + " can't be read; check the permissions", e);
        }
    }

    private static StorageUnavailableException refused(Path path, RocksDBException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("LOCK:")) {
            return unavailable(
                    "open",
                    path + " is open already, in this process or another; close it there, or share one store",
                    e);
        }
        return unavailable("open", path + " can't be opened by RocksDB; it may be damaged, or the disk full", e);
    }

    private void mark(Path path) {
        try (RocksIterator first = db.newIterator()) {
            first.seekToFirst();
            if (!first.isValid()) {
                first.status();
                db.put(writing, MARK, FORMAT);
            } else if (!Arrays.equals(first.key(), MARK) || !Arrays.equals(first.value(), FORMAT)) {
                throw unavailable("open", path + " is a RocksDB of another program; give another folder", null);
            }
        } catch (RocksDBException e) {
            throw refused(path, e);
        }
    }

    /** How many writes there have been since the folder was made. */
    long writesSoFar() {
        return db.getLatestSequenceNumber();
    }

    @Nullable
    Entry get(String key) {
        byte[] stored = stored(key);
        return stored == null ? null : EntryCodec.decode(key, stored);
    }

    /** The version of an entry; 0 if it is absent. */
    long version(String key) {
        byte[] beginning = new byte[Long.BYTES];
        try {
            return db.get(bytes(key), beginning) == RocksDB.NOT_FOUND ? 0 : EntryCodec.version(beginning);
        } catch (RocksDBException e) {
            throw unreadable("get", e);
        }
    }

    private byte @Nullable [] stored(String key) {
        try {
            return db.get(bytes(key));
        } catch (RocksDBException e) {
            throw unreadable("get", e);
        }
    }

    /** The entries that exist, all as of one moment. */
    Map<String, Entry> getAll(List<String> keys) {
        if (keys.size() <= 1) {
            Map<String, Entry> one = new HashMap<>();
            keys.forEach(key -> one.computeIfAbsent(key, this::get));
            return one;
        }
        Snapshot moment = db.getSnapshot();
        try (ReadOptions reading = new ReadOptions().setSnapshot(moment)) {
            List<byte[]> found = db.multiGetAsList(
                    reading, keys.stream().map(RocksFolder::bytes).toList());
            Map<String, Entry> entries = new HashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                byte[] stored = found.get(i);
                if (stored != null) {
                    entries.put(keys.get(i), EntryCodec.decode(keys.get(i), stored));
                }
            }
            return entries;
        } catch (RocksDBException e) {
            throw unreadable("get", e);
        } finally {
            db.releaseSnapshot(moment);
        }
    }

    Listing list(String prefix, @Nullable String cursor, int limit) {
        SortedListing listing = new SortedListing(prefix, cursor, limit);
        if (listing.impossible()) {
            return listing.result();
        }
        byte[] start = bytes(listing.from());
        try (RocksIterator entries = db.newIterator()) {
            boolean more = true;
            for (entries.seek(start.length == 0 ? FIRST_KEY : start); more && entries.isValid(); entries.next()) {
                String key = new String(entries.key(), StandardCharsets.UTF_8);
                more = listing.take(key, () -> EntryCodec.decode(key, entries.value()));
            }
            entries.status();
            return listing.result();
        } catch (RocksDBException e) {
            throw unreadable("list", e);
        }
    }

    /** Makes all of the writes or none. */
    void write(List<Write> writes, long version) {
        try {
            if (writes.size() == 1) {
                write(writes.get(0), version);
                return;
            }
            try (WriteBatch batch = new WriteBatch()) {
                for (Write write : writes) {
                    byte[] value = write.value();
                    if (value == null) {
                        batch.delete(bytes(write.key()));
                    } else {
                        batch.put(bytes(write.key()), EntryCodec.encode(write, value, version));
                    }
                }
                db.write(writing, batch);
            }
        } catch (RocksDBException e) {
            throw unwritable("commit", e);
        }
    }

    /** Makes a single write without a batch, which would cost several calls of native code. */
    private void write(Write write, long version) throws RocksDBException {
        byte[] value = write.value();
        if (value == null) {
            db.delete(writing, bytes(write.key()));
        } else {
            db.put(writing, bytes(write.key()), EntryCodec.encode(write, value, version));
        }
    }

    /** Makes the disk write everything. */
    void flush() {
        try {
            if (durability == Durability.NONE) {
                try (FlushOptions waiting = new FlushOptions().setWaitForFlush(true)) {
                    db.flush(waiting);
                }
            } else {
                db.flushWal(true);
            }
        } catch (RocksDBException e) {
            throw unwritable("write", e);
        }
    }

    /** Makes the disk write everything, and frees what the engine holds. */
    void close() {
        try {
            flush();
        } finally {
            abandon();
        }
    }

    /** Frees what the engine holds, without making the disk write. */
    void abandon() {
        db.close();
        freeSettings();
    }

    private void freeSettings() {
        writing.close();
        options.close();
        filter.close();
    }

    private static StorageUnavailableException unreadable(String operation, RocksDBException e) {
        return unavailable(operation, "The folder can't be read; it may be damaged", e);
    }

    private static StorageUnavailableException unwritable(String operation, RocksDBException e) {
        return unavailable(operation, "The folder can't be written; the disk may be full", e);
    }

    private static StorageUnavailableException unavailable(
            String operation, String message, @Nullable Throwable cause) {
        return new StorageUnavailableException(message, RocksStore.context(operation), cause);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
