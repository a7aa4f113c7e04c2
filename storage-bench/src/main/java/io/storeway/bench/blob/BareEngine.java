package io.storeway.bench.blob;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.storeway.testkit.engine.Engines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;
import org.rocksdb.OptimisticTransactionDB;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.Transaction;
import org.rocksdb.WriteOptions;

/** An engine's own client, with the durability that Storeway's store is opened with. */
interface BareEngine extends AutoCloseable {

    byte[] get(String key);

    void put(String key, byte[] value);

    /** Reads a value and writes what the function makes of it, again if somebody else has written it meanwhile. */
    void change(String key, UnaryOperator<byte @Nullable []> change);

    @Override
    void close();

    static BareEngine of(String engine, Path folder) {
        return switch (engine) {
            case "mvstore" -> new Mv(folder.resolve("bench.mv"));
            case "rocksdb" -> new Rocks(folder.resolve("rocks"));
            case "redis" -> new Redis(Engines.redis().newPlace());
            default -> throw new IllegalArgumentException(engine);
        };
    }

    /** MVStore: each put is a commit, which writes to the file. */
    final class Mv implements BareEngine {

        private final MVStore store;
        private final MVMap<String, byte[]> map;

        Mv(Path file) {
            store = new MVStore.Builder()
                    .fileName(file.toString())
                    .autoCommitDisabled()
                    .open();
            map = store.openMap("entries");
        }

        @Override
        public byte[] get(String key) {
            return Objects.requireNonNull(map.get(key));
        }

        @Override
        public void put(String key, byte[] value) {
            map.put(key, value);
            store.commit();
        }

        @Override
        public void change(String key, UnaryOperator<byte @Nullable []> change) {
            byte[] before;
            byte[] after;
            do {
                before = map.get(key);
                after = Objects.requireNonNull(change.apply(before));
            } while (before == null ? map.putIfAbsent(key, after) != null : !map.replace(key, before, after));
            store.commit();
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /** RocksDB: each put is written to the write-ahead log without waiting for the disk. */
    final class Rocks implements BareEngine {

        private final Options options = new Options().setCreateIfMissing(true);
        private final WriteOptions writing = new WriteOptions();
        private final ReadOptions reading = new ReadOptions();
        private final OptimisticTransactionDB db;

        Rocks(Path folder) {
            RocksDB.loadLibrary();
            try {
                db = OptimisticTransactionDB.open(options, folder.toString());
            } catch (RocksDBException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] get(String key) {
            try {
                return db.get(key.getBytes(StandardCharsets.UTF_8));
            } catch (RocksDBException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void put(String key, byte[] value) {
            try {
                db.put(key.getBytes(StandardCharsets.UTF_8), value);
            } catch (RocksDBException e) {
                throw new IllegalStateException(e);
            }
        }

        /** An optimistic transaction. */
        @Override
        public void change(String key, UnaryOperator<byte @Nullable []> change) {
            byte[] name = key.getBytes(StandardCharsets.UTF_8);
            while (true) {
                try (Transaction transaction = db.beginTransaction(writing)) {
                    byte[] before = transaction.getForUpdate(reading, name, true);
                    transaction.put(name, Objects.requireNonNull(change.apply(before)));
                    transaction.commit();
                    return;
                } catch (RocksDBException e) {
                    if (e.getStatus() == null || e.getStatus().getCode() != Status.Code.Busy) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }

        @Override
        public void close() {
            db.close();
            reading.close();
            writing.close();
            options.close();
        }
    }

    /** Redis: one connection, one command at a time. */
    final class Redis implements BareEngine {

        private static final String REPLACE = "if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end"
                + " redis.call('SET', KEYS[1], ARGV[2]) return 1";
        private static final byte[] NOTHING = new byte[0];

        private final RedisClient client;
        private final StatefulRedisConnection<String, byte[]> connection;
        private final String replace;

        Redis(String uri) {
            client = RedisClient.create(uri);
            connection = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
            replace = connection.sync().scriptLoad(REPLACE);
        }

        @Override
        public byte[] get(String key) {
            return connection.sync().get(key);
        }

        @Override
        public void put(String key, byte[] value) {
            connection.sync().set(key, value);
        }

        /** A script that compares the value with the one that was read. */
        @Override
        public void change(String key, UnaryOperator<byte @Nullable []> change) {
            String[] keys = {key};
            Long replaced;
            do {
                byte[] before = connection.sync().get(key);
                byte[] after = Objects.requireNonNull(change.apply(before));
                replaced = connection
                        .sync()
                        .evalsha(replace, ScriptOutputType.INTEGER, keys, before == null ? NOTHING : before, after);
            } while (replaced == 0);
        }

        @Override
        public void close() {
            connection.close();
            client.shutdown();
        }
    }
}
