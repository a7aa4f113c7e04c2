package io.storeway.kv.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The master that holds all keys dies, and its replica takes its place. */
@Tag("slow")
@Timeout(120)
class RedisFailoverTest {

    private static final int MASTERS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(25); // Less than a look at the cluster by the clock.

    @TempDir
    Path folder = Path.of("");

    private final List<RedisNode> nodes = new ArrayList<>();
    private final RedisClient client = RedisClient.create();

    /** Three masters, and a replica of the first. */
    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i <= MASTERS; i++) {
            Path home = Files.createDirectory(folder.resolve("node" + i));
            nodes.add(new RedisNode(
                    home,
                    "cluster-enabled yes",
                    "cluster-config-file " + home.resolve("nodes.conf"),
                    "cluster-node-timeout 2000"));
        }
        for (int i = 0; i < MASTERS; i++) {
            int from = SlotHash.SLOT_COUNT * i / MASTERS;
            int to = SlotHash.SLOT_COUNT * (i + 1) / MASTERS;
            ask(i, redis -> redis.clusterAddSlots(IntStream.range(from, to).toArray()));
        }
        String first = ask(0, RedisCommands::clusterMyId);
        for (int i = 1; i <= MASTERS; i++) {
            ask(i, redis -> redis.clusterMeet("127.0.0.1", nodes.get(0).port()));
        }
        await(MASTERS, redis -> redis.clusterNodes().contains(first));
        ask(MASTERS, redis -> redis.clusterReplicate(first));
        for (int i = 0; i <= MASTERS; i++) {
            await(
                    i,
                    redis -> redis.clusterInfo().contains("cluster_state:ok")
                            && redis.clusterNodes().contains("slave " + first));
        }
        await(MASTERS, redis -> redis.info("replication").contains("master_link_status:up"));
    }

    @AfterEach
    void stop() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        nodes.forEach(RedisNode::close);
    }

    private <R> R ask(int node, Function<RedisCommands<String, String>, R> question) {
        try (StatefulRedisConnection<String, String> connection =
                client.connect(RedisURI.create(nodes.get(node).uri()))) {
            return question.apply(connection.sync());
        }
    }

    private void await(int node, Predicate<RedisCommands<String, String>> condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!ask(node, condition::test)) {
            assertThat(System.nanoTime()).as("the cluster comes up").isLessThan(end);
        }
    }

    /** A tag whose keys lie on the first master. */
    private static String tag() {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "tag" + i)
                .filter(tag -> SlotHash.getSlot(tag) < SlotHash.SLOT_COUNT / MASTERS)
                .findFirst()
                .orElseThrow();
    }

    private static void put(RedisStore store, String key) {
        store.commit(List.of(), List.of(Write.put(key, key.getBytes(StandardCharsets.UTF_8))));
    }

    private static List<String> keys(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private static void requireAll(RedisStore store, List<String> keys) {
        List<Entry> found = new ArrayList<>();
        store.getAll(keys).forEach(found::add);
        assertThat(found).doesNotContainNull().extracting(Entry::key).isEqualTo(keys);
    }

    @Test
    void whatTheReplicaHadIsServedAndWritesGoOnWithoutOpeningTheStoreAnew() {
        String uri = "redis+cluster://"
                + String.join(
                        ",",
                        nodes.stream().map(node -> "127.0.0.1:" + node.port()).toList())
                + "/" + tag() + "?timeout=2s";
        try (RedisStore store = RedisStore.open(uri)) {
            List<String> before = keys("before", 200);
            before.forEach(key -> put(store, key));
            long replicas = ask(0, redis -> redis.waitForReplication(1, PATIENCE.toMillis()));
            assertThat(replicas).isEqualTo(1);

            nodes.get(0).kill();
            long end = System.nanoTime() + PATIENCE.toNanos();
            boolean written = false;
            while (!written) {
                try {
                    put(store, "again");
                    written = true;
                } catch (UnknownOutcomeException | StorageUnavailableException | StorageTimeoutException e) {
                    assertThat(System.nanoTime()).as("writes go on: %s", e).isLessThan(end);
                }
            }
            requireAll(store, before);

            List<String> after = keys("after", 200);
            after.forEach(key -> put(store, key));
            nodes.get(0).startAgain();
            await(0, redis -> redis.info("replication").contains("master_link_status:up"));
            requireAll(store, before);
            requireAll(store, after);
            put(store, "again");
        }
    }
}
