package io.storeway.testkit.junit;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.spi.StorageProvider;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.engine.RedisServers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The storages that the kit knows by name. Each is opened by URI, in the folder of the test or on a test server. */
final class KnownStorages implements StorageSource {

    /**
     * A storage.
     *
     * @param scheme the beginning of its URIs
     * @param backend the dependency with the backend that opens such URIs
     * @param engineClass a class of the engine, which must be on the class path
     * @param engine the dependency with that class
     * @param uri gives the URI of a fresh storage
     */
    private record Known(
            String scheme, String backend, String engineClass, String engine, Function<Path, String> uri) {}

    private static final String KV = "io.storeway:storage-kv";
    private static final String SQL = "io.storeway:storage-sql";

    private final Map<String, Known> known = new LinkedHashMap<>();

    KnownStorages() {
        known.put("memory", new Known("memory:", KV, "java.lang.Object", "the JDK", folder -> "memory:"));
        known.put(
                "mvstore",
                new Known(
                        "mvstore:",
                        KV,
                        "org.h2.mvstore.MVStore",
                        "com.h2database:h2",
                        folder -> "mvstore:" + folder.resolve("test.mv")));
        known.put(
                "rocksdb",
                new Known(
                        "rocksdb:",
                        KV,
                        "org.rocksdb.RocksDB",
                        "org.rocksdb:rocksdbjni",
                        folder -> "rocksdb:" + folder.resolve("test") + "?durability=commit"));
        known.put(
                "sqlite",
                new Known(
                        "jdbc:sqlite:",
                        SQL,
                        "org.sqlite.JDBC",
                        "org.xerial:sqlite-jdbc",
                        folder -> "jdbc:sqlite:" + folder.resolve("test.db")));
        known.put(
                "h2",
                new Known(
                        "jdbc:h2:",
                        SQL,
                        "org.h2.Driver",
                        "com.h2database:h2",
                        folder -> "jdbc:h2:" + folder.resolve("test") + ";WRITE_DELAY=0"));
        known.put(
                "postgres",
                new Known(
                        "jdbc:postgresql:",
                        SQL,
                        "org.postgresql.Driver",
                        "org.postgresql:postgresql",
                        folder -> Engines.postgres().newDatabase()));
        known.put(
                "mariadb",
                new Known(
                        "jdbc:mariadb:",
                        SQL,
                        "org.mariadb.jdbc.Driver",
                        "org.mariadb.jdbc:mariadb-java-client",
                        folder -> Engines.mariaDb().newDatabase()));
        known.put("redis", redis("redis://", () -> Engines.redis()));
        known.put("redis-cluster", redis("redis+cluster://", () -> Engines.redisCluster()));
    }

    private static Known redis(String scheme, Supplier<RedisServers> servers) {
        return new Known(
                scheme,
                KV,
                "io.lettuce.core.RedisClient",
                "io.lettuce:lettuce-core",
                folder -> servers.get().newPlace());
    }

    @Override
    public Set<String> names() {
        return known.keySet();
    }

    @Override
    public Storage open(String name, Catalog catalog, Clock clock, Path folder) {
        Known storage = known.get(name);
        if (storage == null) {
            throw new IllegalArgumentException("No storage has the name " + name);
        }
        require(name, present(storage.scheme()), storage.backend());
        require(name, presentClass(storage.engineClass()), storage.engine());
        return Storages.open(storage.uri().apply(folder), catalog, clock);
    }

    private static void require(String name, boolean present, String dependency) {
        if (!present) {
            throw new IllegalStateException("@StorageTest names " + name + "; add " + dependency + " in test scope");
        }
    }

    private static boolean present(String scheme) {
        return ServiceLoader.load(StorageProvider.class).stream()
                .anyMatch(provider -> provider.get().accepts(scheme.equals("memory:") ? scheme : scheme + "x"));
    }

    private static boolean presentClass(String name) {
        try {
            return Class.forName(name, false, KnownStorages.class.getClassLoader()) != null;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
