package io.storeway.bench.blob;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.storeway.testkit.engine.Engines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** An engine's own client, at the durability of Storeway's store. */
interface BareEngine extends AutoCloseable {

    byte[] get(String key);

    void put(String key, byte[] value);

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

    /** A commit for each put, as it is in the file then. */
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
        public void close() {
            store.close();
        }
    }

    /** The write-ahead log, without waiting for the disk. */
    final class Rocks implements BareEngine {

        private final Options options = new Options().setCreateIfMissing(true);
        private final RocksDB db;

        Rocks(Path folder) {
            RocksDB.loadLibrary();
            try {
                db = RocksDB.open(options, folder.toString());
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

        @Override
        public void close() {
            db.close();
            options.close();
        }
    }

    /** One connection, one command at a time. */
    final class Redis implements BareEngine {

        private final RedisClient client;
        private final StatefulRedisConnection<String, byte[]> connection;

        Redis(String uri) {
            client = RedisClient.create(uri);
            connection = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
        }

        @Override
        public byte[] get(String key) {
            return connection.sync().get(key);
        }

        @Override
        public void put(String key, byte[] value) {
            connection.sync().set(key, value);
        }

        @Override
        public void close() {
            connection.close();
            client.shutdown();
        }
    }
}
